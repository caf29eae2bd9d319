"""Words: a question as plain lower-case words and numbers, and the repair of those that are misspelt."""

import re
import unicodedata
from collections.abc import Collection

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

LONGEST = 500
ASKING = ("how", "many", "much", "what", "which", "the", "show", "for", "and", "per", "top", "last", "year")
CONTRACTED = (
    (r"\bwhat's\b", "what is"), (r"\bwho's\b", "who is"), (r"\bhow's\b", "how is"), (r"\bwhere's\b", "where is"),
    (r"\bthat's\b", "that is"), (r"\bi'd\b", "i would"), (r"\blet's\b", "let us"), (r"\bi'm\b", "i am"), (r"\bcan't\b", "can not"),
    (r"\bwon't\b", "will not"), (r"n't\b", " not"), (r"'(s|re|ve|ll|d|m)\b", ""), (r"s'(?=\s|$)", "s"),
    (r"\bw/o\b", "without"), (r"\by/y\b|\by-o-y\b|\byr/yr\b", "yoy"), (r"\bm/m\b|\bm-o-m\b", "mom"), (r"\bq/q\b", "qoq"), (r"&", " and "),
    (r"(?<=\d)\+", " or more"), (r"#", " number "), (r"%", " percent "), (r"\bvs\.", "vs"), (r"\bno\. of\b", "number of"),
)  # fmt: skip
SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}


_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
SHORT = (
    (r"\byr(s?)\b", r"year\1"), (r"\bqtr(s?)\b", r"quarter\1"), (r"\bmth(s?)\b", r"month\1"), (r"\bwk(s?)\b", r"week\1"),
    (r"\brev\b", "revenue"), (r"\b(q[1-4]|h[12])[ ']?(\d\d)\b(?![\d./-])", r"\1 20\2"), (r"\bfy ?(\d\d)\b", r"20\1"),
    (rf"\b((?:{_MONTH})[a-z]*) ?[-–] ?((?:{_MONTH})[a-z]*)\b", r"\1 to \2"),
)  # fmt: skip


def normalised(question: str) -> str:
    """Lower case, one blank between words, numbers written out, punctuation gone but for what dates are made of."""
    text = unicodedata.normalize("NFKC", question).lower()
    text = "".join(c if unicodedata.category(c)[0] not in "CM" else " " for c in text)
    text = re.sub(r"[’‘´`]", "'", text)
    for pattern, plain in (*CONTRACTED, *SHORT):
        text = re.sub(pattern, plain, text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"[$€£¥]", " ", text)
    text = re.sub(r"\b(\d+(?:\.\d+)?) ?(k|thousand|m|mn|million)\b", _scaled, text)
    text = re.sub(r"(?<=[^\W\d])[-/_](?=[^\W\d])|(?<=\d)-(?=[a-z])|(?<=[a-z])-(?=\d)", " ", text)
    text = re.sub(r"\.(?!\d)|(?<!\d)\.", " ", text)
    text = re.sub(r"[^\w\s.\-/–=]|(?<!\d)[-/–=](?!\d)|=|_", " ", text)
    return " ".join(text.split())


def _scaled(match: re.Match[str]) -> str:
    value = float(match[1]) * SCALES[match[2]]
    return f"{value:.0f}" if value.is_integer() else str(value)


class Speller:
    """The repair of words that are in no list: one edit from four letters on, two from eight, to one nearest word only."""

    def __init__(self, known: Collection[str], protected: Collection[str]) -> None:
        self.known = frozenset(known)
        self.protected = self.known | frozenset(protected)
        self._targets = sorted(w for w in self.known if len(w) >= 4 and w.isalpha())

    def repaired(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The text with its misspelt words put right, and what was changed: (as written, as read)."""
        changes, out = [], []
        for word in text.split():
            right = self._nearest(word)
            if right != word:
                changes.append((word, right))
            out.append(right)
        return " ".join(out), tuple(changes)

    def _nearest(self, word: str) -> str:
        if len(word) > 30 or not word.isalpha() or word in self.protected or self._plural(word):
            return word
        if len(word) < 4:
            return self._asking(word)
        limit = 2 if len(word) >= 8 else 1
        near = extract(word, self._targets, scorer=OSA.distance, score_cutoff=limit, limit=6)
        best = {found for found, distance, _ in near if distance == min(n[1] for n in near)}
        stems = {found.removesuffix("s") for found in best}
        return min(best, key=len) if len(stems) == 1 else word

    def _asking(self, word: str) -> str:
        """Short words are taken for those that questions are made of, and for no others."""
        near = [asked for asked in ASKING if len(word) > 1 and asked[0] == word[0] and OSA.distance(word, asked) == 1]
        return near[0] if len(near) == 1 else word

    def _plural(self, word: str) -> bool:
        return (word.endswith("s") and word[:-1] in self.protected) or word + "s" in self.protected
