"""Customer lifetime value: what each customer will still order, and what those orders will be worth."""

from ml.clv.bg_nbd import BgNbd, fit_bg_nbd
from ml.clv.fitted import CannotTell
from ml.clv.gamma_gamma import GammaGamma, fit_gamma_gamma
from ml.clv.histories import summary
from ml.clv.value import Clv, fit, scores

__all__ = ["BgNbd", "CannotTell", "Clv", "GammaGamma", "fit", "fit_bg_nbd", "fit_gamma_gamma", "scores", "summary"]
