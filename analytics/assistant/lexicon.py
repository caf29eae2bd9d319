"""The lexicon: every phrase that means something here, from the catalogues, the data and the vocabulary; the longest wins."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from analytics.assistant import points
from analytics.assistant.refusals import TOPICS
from analytics.assistant.vocabulary import ALSO, COMMON, COUNTRIES, FILLER, OPERATORS, PEOPLES, SKILL_PHRASES, WEAK
from analytics.assistant.words import Speller, normalised
from analytics.dimensions import DIMENSIONS
from analytics.lights import lacking
from analytics.metrics import METRICS, UNKNOWN
from pipeline.warehouse import Snapshot

LONGEST_PHRASE = 8
COUNTS = tuple(f"{w}" for w in points.NUMBERS)


@dataclass(frozen=True)
class Slot:
    """A phrase of the question and what it means: `kind` says how to read `value`."""

    kind: str
    value: Any
    text: str

    @property
    def plural(self) -> bool:
        return self.text.endswith("s")


@dataclass(frozen=True)
class Lexicon:
    """Phrases to what they mean, and the speller that knows their words."""

    phrases: dict[str, tuple[str, Any]]
    speller: Speller
    customer: Callable[[str], str | None]

    def slots(self, words: list[str]) -> list[Slot]:
        """The words as slots, the longest phrase first; a word without meaning is `unknown`."""
        out, place = [], 0
        while place < len(words):
            for length in range(min(LONGEST_PHRASE, len(words) - place), 0, -1):
                phrase = " ".join(words[place : place + length])
                if phrase in self.phrases:
                    kind, value = self.phrases[phrase]
                    break
            else:
                length, phrase = 1, words[place]
                kind, value = self._alone(phrase, words[place - 1] if place else "")
            out.append(Slot(kind, value, phrase))
            place += length
        return out

    def _alone(self, word: str, before: str) -> tuple[str, Any]:
        if before in ("customer", "client", "buyer", "shopper") and (found := self.customer(word)):
            return "member", ("customer", (found,))
        if word in points.NUMBERS:
            return "number", points.NUMBERS[word]
        try:
            return "number", float(word)
        except ValueError:
            found = self.customer(word)
            return ("member", ("customer", (found,))) if found else ("unknown", word)


@lru_cache(maxsize=4)
def lexicon(snapshot: Snapshot) -> Lexicon:
    """The lexicon of a shop; later lines win over earlier ones."""
    phrases: dict[str, tuple[str, Any]] = {word: ("filler", word) for word in FILLER.split()}
    phrases |= {p: ("topic", topic) for topic in TOPICS for p in topic.words.split("|")}
    phrases |= {p: ("weak", name) for name, listed in WEAK.items() for p in listed.split("|")}
    phrases |= {p: ("op", name) for name, listed in OPERATORS.items() for p in listed.split("|")}
    phrases |= {f"{nth} {p}": ("nth", (n, way)) for way in ("top", "bottom") for p in OPERATORS[way].split("|")
                for nth, n in points.PLACES.items()}  # fmt: skip
    phrases |= {p: ("skill", name) for name, listed in SKILL_PHRASES.items() for p in listed.split("|")}
    if _are_countries(snapshot.members.get("region", ())):
        phrases |= dict.fromkeys(("country", "countries"), ("dim", "region"))
    phrases |= _nouns(snapshot, {p for p, (kind, _) in phrases.items() if kind == "topic"})
    ours = frozenset(phrases)
    words = {word for phrase in phrases for word in phrase.split()}
    members = {
        p: meant
        for p, meant in _members(snapshot, words, set((COMMON + COUNTRIES + PEOPLES).split())).items()
        if p not in ours
    }
    exact = {normalised(m): ("member", (name, (m,))) for name, listed in snapshot.members.items() for m in listed}
    exact |= {other: exact[name] for other, name in ALSO.items() if name in exact}
    exact |= {p + "s": meant for p, meant in exact.items() if not p.endswith("s") and p + "s" not in ours}
    exact |= {p[:-1]: meant for p, meant in exact.items() if p.endswith("s") and len(p) > 4 and p[:-1] not in phrases}
    phrases = phrases | members | {p: meant for p, meant in exact.items() if meant[1][1] != (UNKNOWN,)}
    known = {word for phrase in phrases for word in phrase.split()} | set(points.WORDS) | set(COUNTS)
    return Lexicon(phrases, Speller(known, (COMMON + COUNTRIES + PEOPLES).split()), partial(_customer, snapshot))


def _are_countries(regions: Collection[str]) -> bool:
    """Whether the regions of a shop are countries, most of them."""
    return sum(normalised(region) in COUNTRIES.split() for region in regions) * 2 > len(regions)


def _customer(snapshot: Snapshot, word: str) -> str | None:
    """The customer of that id, however its letters are written; ids without a digit are not looked for."""
    if not any(c.isdigit() for c in word):
        return None
    table = snapshot.table("customers")
    found = table.filter(table.customer_id.lower() == word).select("customer_id").limit(1).to_pyarrow().to_pylist()
    return found[0]["customer_id"] if found else None


def _nouns(snapshot: Snapshot, topics: set[str]) -> dict[str, tuple[str, Any]]:
    """Metrics and dimensions by all their names; a word that is both is a `noun` until its place in the sentence tells.

    What the data lack leaves its words to the `topics` that say so.
    """
    found: dict[str, tuple[str, Any]] = {}
    for metric in METRICS.values():
        names = {metric.name.replace("_", " "), normalised(metric.label), *metric.synonyms}
        if lacking(metric.name, snapshot):
            names -= topics
        found |= dict.fromkeys(names, ("metric", metric.name))
    for dimension in DIMENSIONS.values():
        if dimension.name in ("age", "days_to_first_order"):
            continue
        named = (normalised(dimension.label), dimension.plural or dimension.label.lower() + "s", *dimension.synonyms)
        for name in set(filter(None, named)) - (topics if dimension.name in snapshot.lacks else set()):
            kind, value = found.get(name, ("", ""))
            found[name] = ("noun", (value, dimension.name)) if kind == "metric" else ("dim", dimension.name)
    for name in ("customer", "client", "buyer", "shopper", "buyers", "clients", "shoppers", "people", "customers"):
        found[name] = ("noun", ("customers", "customer"))
    for name in ("purchase", "purchases", "transaction", "transactions"):
        found[name] = ("noun", ("orders", "order_id"))
    for name in ("item", "items", "pieces", "unit", "goods"):
        found[name] = ("noun", ("units", "product"))
    return found


def _members(snapshot: Snapshot, shaping: set[str], common: set[str]) -> dict[str, tuple[str, Any]]:
    """Products by name, by id, and by any run of words of their names that no other meaning claims.

    A run neither begins nor ends with a word that shapes questions, and holds one at least that is not common: `in the`,
    `of order` or `for one` stand in names too.
    """
    table = snapshot.table("products")
    rows = table.select("product_id", "product_name").to_pyarrow().to_pylist()
    if not rows:
        sold = snapshot.table("sales").select("product_id", "product_name").distinct()
        rows = sold.to_pyarrow().to_pylist()
    runs: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        words = normalised(row["product_name"] or "").split()
        whole[" ".join(words)].add(row["product_id"])
        whole[row["product_id"].lower()].add(row["product_id"])
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 5) + 1):
                if _tells(words[start:end], shaping, common):
                    runs[" ".join(words[start:end])].add(row["product_id"])
    plain = shaping | common
    kept = runs | {p + "s": ids for p, ids in runs.items() if not p.endswith("s") and p + "s" not in plain}
    named = {p: ids for p, ids in {**kept, **whole}.items() if p}
    return {phrase: ("member", ("product", tuple(sorted(ids)))) for phrase, ids in named.items()}


def _tells(run: list[str], shaping: set[str], common: set[str]) -> bool:
    """Whether some words of a name can stand for the product."""
    rare = [w for w in run if not (w in shaping or w in common or w.isdecimal() or len(w) < 3)]
    return bool(rare) and not ({run[0], run[-1]} & shaping)
