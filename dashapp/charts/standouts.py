"""What a trend says of the points that stand out: why a peak is one, and where growth picks up."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.formats import percent, short, signed
from analytics.periods import Period, words

QUARTER = 91


def explained(row: Mapping[Any, Any]) -> list[str]:
    """The lines of hover text for one bucket; none where nothing is remarkable."""
    lines = []
    if row["mark"]:
        side = "above" if row["off"] > 0 else "below"
        usual = short("revenue", row["surroundings"])
        lines.append(f"{row['mark'].capitalize()}: {percent(abs(row['off']), 0)} {side} its surroundings ({usual})")
    if row["accelerates"]:
        lines.append(
            f"Growth picks up: {signed(row['pace'])} on the quarter of a year before, which was {signed(row['pace_before'])}"
        )
    return lines


def says_standouts(frame: pd.DataFrame) -> str:
    """How many peaks and troughs are marked, and where growth picks up; empty where nothing stands out."""
    counts = {kind: int((frame["mark"] == kind).sum()) for kind in ("peak", "trough")}
    parts = [f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items() if n]
    text = f"{' and '.join(parts)} marked" if parts else ""
    spans = _spans(frame)
    if spans:
        picks = f"growth picks up {within(spans[-1])}" + (f" and {len(spans) - 1} times before" if spans[1:] else "")
        text = f"{text}; {picks}" if text else picks
    return text.replace("1 times", "once")


def within(period: Period) -> str:
    """`on 3 May 2024`, `in May 2024`."""
    return f"{'on' if period.days == 1 else 'in'} {words(period)}"


def _spans(frame: pd.DataFrame) -> list[Period]:
    """Each stretch in which growth picks up, where most of its quarter of a year is shown."""
    spans: list[Period] = []
    last = None
    for on, pace, start, end in zip(*(frame[name] for name in ("accelerates", "pace", "date", "until")), strict=True):
        if on:
            spans = [*spans[:-1], Period(spans[-1].start, end)] if pace == last else [*spans, Period(start, end)]
        last = pace if on else None
    return [span for span in spans if span.days > QUARTER / 2]
