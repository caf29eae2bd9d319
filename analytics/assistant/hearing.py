"""Hearing: what each kind of slot, in its place, adds to a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.assistant.lexicon import Slot
from analytics.assistant.pieces import Bound
from analytics.assistant.sentence import (
    ASKS,
    GRAINS,
    HINTS,
    MARKS,
    MORE,
    MOST,
    RATIOS,
    SELLS,
    STEPS,
    THINGS,
    WHERE,
    Named,
    Sentence,
)


@dataclass(frozen=True)
class At:
    """A slot in its place: the slots before and after it without fillers, and the word that refuses what follows it."""

    slot: Slot
    place: int
    before: list[Slot]
    after: list[Slot]
    refusing: str
    word: str = ""
    next_word: str = ""


def heard(slots: Sequence[Slot]) -> Sentence:
    """Read the slots from left to right."""
    said = Sentence()
    slots = [
        s
        for s, last in zip(slots, (None, *slots), strict=False)
        if not (s.text == "by" and last and last.value == "bought")
    ]
    refusing = ""
    for place, slot in enumerate(slots):
        before = [s for s in slots[:place] if s.kind != "filler"]
        after = [s for s in slots[place + 1 :] if s.kind != "filler"]
        refusing = _refusing(refusing, slot, said)
        _READ[slot.kind](said, At(slot, place, before, after, refusing, *_beside(slots, place)))
    return said


def _refusing(refusing: str, slot: Slot, said: Sentence) -> str:
    """The word that refuses the members which follow; a place or a time behind the refused member is not refused."""
    if slot.kind == "op" and slot.value in ("not", "never"):
        return str(slot.value)
    if slot.kind == "skill" and slot.value == "lapsed":
        return "never"
    if slot.kind == "filler" and slot.text in WHERE and said.named and said.named[-1].refused:
        return ""
    goes_on = slot.kind in ("member", "filler", "bought", "dim", "noun") or slot.value in ("and", "bought")
    return refusing if goes_on else ""


def _beside(slots: Sequence[Slot], place: int) -> tuple[str, str]:
    """The words of the slots just before and after, fillers too."""
    after = slots[place + 1].text if place + 1 < len(slots) else ""
    return (slots[place - 1].text if place else ""), after


def _op(said: Sentence, at: At) -> None:
    said.ops.append(at.slot.value)
    if at.slot.value == "base_prev":
        said.steps = STEPS.get(at.slot.text.removeprefix("the ").split()[0], said.steps)
    if at.slot.text in MARKS:
        said.ops.append(MARKS[at.slot.text])
    last = at.before[-1] if at.before else None
    relative = bool(said.metrics and last and last.kind == "noun")  # "revenue from customers who"
    if at.slot.text in ASKS and not said.subject and not relative:
        said.subject = ASKS[at.slot.text]
    if at.slot.text in SELLS and not said.subject and not said.by:
        said.subject = "product"
    if at.slot.value in ("only_once", "again"):
        low = 1 if at.slot.value == "only_once" else 2
        said.bounds.append((Bound(low, 1 if low == 1 else float("inf")), "orders"))


def _metric(said: Sentence, at: At) -> None:
    if _bounded(said, at.before, at.slot.value):
        return
    said.mentions.append(("metric", at.slot.value))
    if at.slot.text.startswith(("number of", "count of")):
        said.ops.append("howmany")
    if at.slot.text in ("came back", "come back"):
        said.ops.append("back")
    if at.slot.text.startswith(("signed up", "sign up", "registered")):
        said.ops.append("joined")
    said.among = said.among or (bool(said.metrics) and at.word in ("from", "of", "by", "among", "to", "for"))
    if at.slot.value not in said.metrics:
        said.metrics.append(at.slot.value)


def _most_of(said: Sentence, last: Slot, dimension: str) -> bool:
    """Whether `most orders` is what something else is ranked by, not what is ranked."""
    when = last.text.split()[-1] in MOST and said.has("when")
    return last.value in ("top", "bottom") and (when or said.subject not in ("", dimension))


def _bounded(said: Sentence, before: list[Slot], metric: str) -> bool:
    """Whether this metric is what the bound just before it is about."""
    if before and before[-1].kind == "bound" and said.bounds and not said.bounds[-1][1]:
        said.bounds[-1] = (said.bounds[-1][0], metric)
        return True
    return False


def _noun(said: Sentence, at: At) -> None:
    metric, dimension = at.slot.value
    if _bounded(said, at.before, metric):
        return
    last = at.before[-1] if at.before else None
    if dimension == said.subject and at.slot.plural:
        said.plural = True
    if _goods_of(said, last, dimension) or _ratio(said, last, metric):
        return
    counted = last and last.kind == "op" and last.value == "howmany"
    ranked = last and last.kind == "op" and (
        _most_of(said, last, dimension) or (last.value == "per" and metric == "orders" and at.slot.plural)
    )  # fmt: skip
    counted = counted or ranked
    of_change = at.word in ("in", "of") and last and last.kind == "op" and last.value in ("up", "down", "change")
    if _per_unknown(last, at.slot):
        said.unknown.append(f"{last.text if last else ''} {at.slot.text}")
    elif not counted and not of_change and at.word not in MORE and _asks_for(at.before, at.after):
        _dim(said, replace(at, slot=Slot("dim", dimension, at.slot.text)))
    elif (
        last
        and last.kind == "member"
        and (last.value[0] == dimension or said.metrics or said.weak or said.subject)
        and not counted
    ):
        if not (said.metrics or said.weak or said.subject):
            said.metrics.append(metric)
    elif dimension == "customer" and not counted and (said.metrics or said.weak) and not _listed(last):
        said.loose.append("customer")
    else:
        _metric(said, replace(at, slot=Slot("metric", metric, at.slot.text)))


def _per_unknown(last: Slot | None, slot: Slot) -> bool:
    """`revenue per item`: a ratio that no metric is."""
    return bool(last and last.text == "per" and slot.text in ("unit", "item", "piece"))


def _goods_of(said: Sentence, last: Slot | None, dimension: str) -> bool:
    """`Garden products` of a question for money or buyers: the noun only says what Garden is."""
    of_category = bool(last and last.kind == "member" and last.value[0] == "category")
    return of_category and dimension == "product" and (said.has("howmuch", "bought") or bool(said.weak))


def _ratio(said: Sentence, last: Slot | None, metric: str) -> bool:
    """`how much revenue per customer` is the metric of that ratio, however far its words stand apart."""
    top = said.metrics[-1] if said.metrics else "revenue" if "spent" in said.weak else ""
    name = RATIOS.get((top, metric))
    if not name or not last or last.text not in ("per", "for each", "from each") or said.has("top", "bottom"):
        return False
    said.metrics[-1:] = [name]
    return True


def _listed(last: Slot | None) -> bool:
    return bool(last and last.kind == "op" and last.value in ("and", "add"))


def _asks_for(before: list[Slot], after: list[Slot]) -> bool:
    """Whether a noun here names what is listed: `which ...`, `top 5 ...`, `per ...`, `... with more than`."""
    skipped = ("and", "up", "down", "change")
    words = [s for s in before if not (s.kind == "member" or (s.kind == "op" and s.value in skipped))]
    while words and (words[-1].kind == "number" or (words[-1].kind == "op" and words[-1].value == "top" and len(words) > 1
                                                    and words[-2].kind == "op" and words[-2].value == "top")):  # fmt: skip
        if words[-1].kind == "number" and len(words) == 1:
            return bool(after and after[0].kind == "op" and after[0].value in ("top", "bottom"))
        words.pop()
    if words and words[-1].kind == "weak" and words[-1].value == "sold":
        words.pop()
    return bool(
        words
        and (
            words[-1].kind == "nth" or (words[-1].kind == "op" and words[-1].value in ("per", "which", "top", "bottom"))
        )
    )


def _dim(said: Sentence, at: At) -> None:
    last = at.before[-1] if at.before else None
    words = [s for s in at.before if s.kind == "op"]
    near = words[-1].value if words else ""
    if last and last.kind == "member" and last.value[0] == at.slot.value:
        return
    if at.after and at.after[0].kind == "member" and at.after[0].value[0] == at.slot.value and near != "per":
        return
    if at.slot.value in GRAINS and (at.slot.plural or (words and words[-1].text.split()[-1] in ("each", "every"))):
        said.buckets = at.slot.value
    if last and last.kind == "op" and last.value == "all":
        said.every.append(at.slot.value)
    elif last and last.kind == "op" and last.value == "howmany":
        said.ops.append("count_groups")
        said.subject = at.slot.value
    elif _asks_for(at.before, at.after) and near != "per":
        if not said.subject:
            said.subject, said.plural = at.slot.value, at.slot.plural
        elif at.slot.value not in said.by:
            said.by.append(at.slot.value)
    elif at.slot.value not in said.by:
        said.by.append(at.slot.value)


def _member(said: Sentence, at: At) -> None:
    said.mentions.append((at.slot.value[0], at.slot.value[1]))
    said.named.append(Named(at.slot.value[0], at.slot.value[1], at.refusing, at.place, at.slot.text))


def _period(said: Sentence, at: At) -> None:
    said.mentions.append(("period", at.slot.value))
    versus = any(s.kind == "op" and s.value == "versus" for s in at.before)
    said.period_words.append(("vs " if versus else "") + at.slot.text)
    said.periods.append(at.slot.value)


def _bound(said: Sentence, at: At) -> None:
    money = any(s.kind == "weak" and s.value == "spent" for s in at.before)
    sold = any(s.kind == "weak" and s.value == "sold" for s in at.before)
    known = at.after and at.after[0].kind in ("metric", "noun")
    times = at.next_word == "times"
    told = "" if known else "orders" if times else "revenue" if money else "units" if sold else _before_bound(said, at)
    said.bounds.append((at.slot.value, told))


def _before_bound(said: Sentence, at: At) -> str:
    """`months in which orders exceed 1300`, `products with rating below 3`: the metric just before what bounds it."""
    last = at.before[-1] if at.before else None
    if last and last.kind == "metric" and said.metrics and (said.subject or said.by or len(said.metrics) > 1):
        return said.metrics.pop() if len(said.metrics) > 1 else said.metrics[-1]
    if last and last.kind == "noun" and said.has("count_groups") and said.metrics:
        return said.metrics[-1]
    return ""


def _number(said: Sentence, at: At) -> None:
    if at.next_word == "percent":
        said.ops.append("percent")
    if float(at.slot.value).is_integer() and 0 < at.slot.value <= 1000 and not said.number:
        said.number = int(at.slot.value)
    else:
        said.unknown.append(at.slot.text)


def _nth(said: Sentence, at: At) -> None:
    """`the third best region`."""
    said.number, way = at.slot.value
    said.ops += [way, "nth"]


def _days(said: Sentence, at: At) -> None:
    said.days = at.slot.value


def _weak(said: Sentence, at: At) -> None:
    said.weak.append(at.slot.value)


def _skill(said: Sentence, at: At) -> None:
    if at.slot.value == "lapsed" and at.after and at.after[0].kind == "member" and at.after[0].value[0] in THINGS:
        said.ops += ["never", "bought"]  # "customers who did not buy Toys"
        return
    said.skills.append(at.slot.value)


def _topic(said: Sentence, at: At) -> None:
    said.topics.append((at.slot.value, at.slot.text))


def _unknown(said: Sentence, at: At) -> None:
    said.unknown.append(at.slot.text)


def _filler(said: Sentence, at: At) -> None:
    """Nothing, but for what some of them tell of the words around."""
    if at.slot.text in HINTS:
        said.ops.append(HINTS[at.slot.text])


_READ = {"op": _op, "metric": _metric, "noun": _noun, "dim": _dim, "member": _member, "period": _period, "bound": _bound,
         "number": _number, "nth": _nth, "days": _days, "weak": _weak, "skill": _skill, "topic": _topic, "unknown": _unknown,
         "filler": _filler}  # fmt: skip
