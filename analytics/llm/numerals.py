"""Numerals: every number that a sentence states, in figures or in words, with how exactly it is stated."""

import re
import unicodedata
from dataclasses import dataclass

from analytics.formats import manner

SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
}
UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: n for n, word in enumerate(UNITS)} | {word: 10 * n for n, word in enumerate(TENS, 2)}
TIMES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
VAGUE = re.compile(
    r"\b(?:half|halves|halved|halving|doubl\w+|tripl\w+|quadrupl\w+|twice|thrice|\w*fold|dozens?|scores of|hundreds|thousands|"
    r"millions|billions|(?:a|one|two|three|four) (?:third|quarter|fifth|sixth|seventh|eighth|tenth)s?|percentile)\b"
)
_WORD = "|".join((*WORDS, *TIMES))
_SPOKEN = re.compile(rf"\b(?:{_WORD})\b(?:(?:[\s-]|\band\b)*\b(?:{_WORD})\b)*(?P<rate>\s*(?:percent|per cent|%))?")
_DIGITS = r"\d+(?:[.,'’\u00a0\u202f]\d+)*"
_WRITTEN = re.compile(
    rf"(?P<digits>{_DIGITS})(?:\s?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b)?"
    r"(?P<rate>\s?(?:%|percent|per\s?cent|percentage points?|points?|pp\b))?"
)
_NAMED = re.compile(r"[^\W\d]+[-_]?\d\w*|\d+[^\W\d]\w*(?<!st)(?<!nd)(?<!rd)(?<!th)")


@dataclass(frozen=True)
class Numeral:
    """A number as stated: its value, half of its last digit, whether it is a rate, and where it stands in the text."""

    value: float
    slack: float
    rate: bool
    start: int


def flat(text: str) -> str:
    """The text in lower case and plain characters, one for each way to write the same digit; `½` and `Ⅻ` stay as they are."""
    return "".join(
        c if unicodedata.category(c) in ("Nl", "No") else unicodedata.normalize("NFKC", c) for c in text
    ).lower()


def numerals(text: str) -> list[Numeral] | None:
    """All numbers of a text made `flat`; None where one is stated in a way that cannot be checked: `half`, `X12`, `Ⅳ`."""
    found = [n for match in _WRITTEN.finditer(text) for n in _written(match)]
    rest = _WRITTEN.sub(lambda m: " " * len(m[0]), text)
    found += [
        _spoken(match) for match in _SPOKEN.finditer(rest) if match[0].strip() != "one" or not _pronoun(rest, match)
    ]
    hidden = any(unicodedata.numeric(c, None) is not None or c.isdigit() for c in rest)
    glued = any(not _ordinary(match[0]) for match in _NAMED.finditer(text))
    return None if hidden or glued or VAGUE.search(rest) else found


def _ordinary(word: str) -> bool:
    """A number with its scale written close to it, such as `12k`, or behind a sign of currency."""
    return bool(re.fullmatch(rf"\d+(?:{'|'.join(SCALES)})|(?:usd|eur|gbp)\d+", word))


def _pronoun(text: str, match: re.Match[str]) -> bool:
    return bool(re.match(r"\s+(?:of|or another|that|which|who|is|was)\b", text[match.end() :]))


def _written(match: re.Match[str]) -> list[Numeral]:
    """One numeral; two where the shop's own point and comma make the digits read in two ways."""
    scale, rate = SCALES.get(match["scale"] or "", 1.0), bool(match["rate"])
    ways = {_value(match["digits"], "."), *([_value(match["digits"], ",")] if manner().point == "," else [])}
    return [Numeral(value * scale, slack * scale, rate, match.start()) for value, slack in sorted(ways)]


def _value(digits: str, point: str) -> tuple[float, float]:
    """The number, and half a unit of its last digit; zeros at the end of a whole number may be rounding."""
    whole, _, fraction = digits.rpartition(point) if digits.count(point) == 1 else (digits, "", "")
    if not _ and digits.count(point) != 1:
        whole, fraction = digits, ""
    plain = re.sub(r"\D", "", whole)
    zeros = 0 if fraction else len(plain) - len(plain.rstrip("0"))
    value = float(f"{plain or 0}.{re.sub(r'[^0-9]', '', fraction) or 0}")
    return value, 0.5 * 10.0 ** (zeros if not fraction else -len(fraction))


def _spoken(match: re.Match[str]) -> Numeral:
    total, run = 0, 0
    for word in re.findall(r"[a-z]+", match[0]):
        if word in TIMES:
            run = max(run, 1) * TIMES[word]
            if word != "hundred":
                total, run = total + run, 0
        elif word in WORDS:
            run += WORDS[word]
    return Numeral(float(total + run), 0.0, bool(match["rate"]), match.start())
