"""Churn: who will not order within the horizon, how sure that is, and why."""

from analytics.bands import BANDS, band
from ml.churn.judged import Judgement, horizon_for, judge
from ml.churn.known import MEANS, NAMES, examples, known, left
from ml.churn.leak import leaking
from ml.churn.members import PEERS, CannotTell
from ml.churn.model import RECIPE, Churn, Kept, fit
from ml.churn.reasons import explained, ranked

__all__ = [
    "BANDS",
    "MEANS",
    "NAMES",
    "PEERS",
    "RECIPE",
    "CannotTell",
    "Churn",
    "Judgement",
    "Kept",
    "band",
    "examples",
    "explained",
    "fit",
    "horizon_for",
    "judge",
    "known",
    "leaking",
    "left",
    "ranked",
]
