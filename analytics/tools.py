"""The tools: what a language model or another program may ask of this shop. They read the metric registry and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from jsonschema import Draft202012Validator

from analytics.asked import Asked
from analytics.cells import plain
from analytics.dimensions import DIMENSIONS, GRAINS, MEMBER_DIMENSIONS
from analytics.errors import QuestionError, known
from analytics.filters import Filters
from analytics.having import Having
from analytics.lights import lit
from analytics.metrics import METRICS
from analytics.periods import Comparing, Period, covered
from analytics.queries import Query, comparison_for
from analytics.skills import SKILLS
from pipeline.warehouse import Snapshot

MOST_ROWS = 50
MOST_MEMBERS = 20
SEARCHED = ("region", "category", "customer_segment", "product")
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a tool returned: `told`, plain values as JSON holds them, and the query behind its rows, if it was one."""

    told: dict[str, Any]
    asked: Asked | None = None


@dataclass(frozen=True)
class Tool:
    """A tool by name, what it is for, what it takes (JSON schema) and what it does. None writes."""

    name: str
    about: str
    takes: dict[str, Any]
    does: Callable[[Arguments, Snapshot], Found]

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": False, **self.takes}

    def __call__(self, arguments: object, snapshot: Snapshot) -> Found:
        """`QuestionError`, in words that say what would be right, for arguments that do not fit."""
        wrong = next(Draft202012Validator(self.schema).iter_errors(arguments), None)
        if wrong:
            place = ".".join(map(str, wrong.absolute_path)) or "arguments"
            raise QuestionError(f"{place}: {wrong.message[:300]}")
        return self.does(cast(Arguments, arguments), snapshot)


def call(name: str, arguments: object, snapshot: Snapshot) -> Found:
    """The tool of that name on these arguments; `UnknownName` or `QuestionError` says what is wrong."""
    return known(TOOLS, name, "tool")(arguments, snapshot)


def _query(arguments: Arguments, snapshot: Snapshot) -> Found:
    compare = arguments.get("compare", "")
    bounds = arguments.get("having", ())
    query = Query(
        tuple(dict.fromkeys((*arguments["metrics"], *(h["metric"] for h in bounds)))),
        by=tuple(arguments.get("by", ())),
        left_out=_members(arguments.get("without", {}), snapshot),
        having=tuple(Having(h["metric"], h.get("low", float("-inf")), h.get("high", float("inf"))) for h in bounds),
        compare=bool(compare), growth=bool(compare), share=arguments.get("share", False),
        cumulative=arguments.get("cumulative", False), order=tuple(arguments.get("order", ())),
        limit=arguments.get("limit", 0),
    )  # fmt: skip
    return ran(Asked(query, _filters(arguments, compare, snapshot)), snapshot)


def _explain(arguments: Arguments, snapshot: Snapshot) -> Found:
    query = Query((arguments.get("metric", "revenue"),), skill="why", compare=True)
    return ran(Asked(query, _filters(arguments, arguments.get("compare", "year"), snapshot)), snapshot)


def ran(asked: Asked, snapshot: Snapshot) -> Found:
    """What the query tool returns of a query: the rows of a query with the exact days they are of; of many the first alone are told."""
    frame, period = asked(snapshot), asked.filters.period(covered(snapshot)).within(covered(snapshot))
    rows = [[plain(value) for value in row] for row in frame.head(MOST_ROWS).itertuples(index=False, name=None)]
    told: dict[str, Any] = {
        "columns": [str(name) for name in frame.columns], "rows": rows, "rows_in_all": len(frame),
        "from": period.start.isoformat(), "to": period.end.isoformat(),
        "units": {name: METRICS[name].unit for name in asked.query.metrics}, "address": f"/api/v1/query?{asked}",
    }  # fmt: skip
    if asked.query.compare:
        comparison = comparison_for(asked.filters, snapshot)
        told |= {"compared": comparison.words, "from": comparison.current.start.isoformat(),
                 "to": comparison.current.end.isoformat()}  # fmt: skip
        told |= _named("compared", asked.query.against or comparison.base)
    return Found(told, asked)


def _named(key: str, period: Period | None) -> dict[str, str]:
    return {f"{key}_from": period.start.isoformat(), f"{key}_to": period.end.isoformat()} if period else {}


def _filters(arguments: Arguments, compare: str, snapshot: Snapshot) -> Filters:
    start, end = (_day(arguments.get(key)) for key in ("from", "to"))
    cmp = cast("Comparing | None", {"year": "year", "previous": "prev"}.get(compare))
    return Filters(start, end, chosen=_members(arguments.get("only", {}), snapshot), cmp=cmp)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise QuestionError(f"'{text}' is no day. A day is like 2024-05-31.") from None


def _members(chosen: dict[str, list[str]], snapshot: Snapshot) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(_member(name, m, snapshot) for m in members)) for name, members in chosen.items())


def _member(name: str, member: str, snapshot: Snapshot) -> str:
    """The member as the data write it; of a dimension with few, `UnknownName` for one that there is not."""
    if name in snapshot.members:
        return known({m: m for m in snapshot.members[name]}, member, name)
    if not DIMENSIONS[name].reads(member):
        raise QuestionError(f"'{member}' cannot be a {DIMENSIONS[name].label.lower()}.")
    return member


def _search(arguments: Arguments, snapshot: Snapshot) -> Found:
    name, text = arguments["dimension"], arguments.get("search", "").lower()
    if name in snapshot.members:
        found = [{"member": m} for m in snapshot.members[name] if text in m.lower()]
    else:
        products = snapshot.table("products")
        named = products.filter(products.product_name.lower().contains(text))
        rows = named.select(member="product_id", title="product_name").order_by("member").limit(MOST_MEMBERS)
        found = rows.to_pyarrow().to_pylist()
    return Found({"dimension": name, "members": found[:MOST_MEMBERS]})


def _metrics(_arguments: Arguments, snapshot: Snapshot) -> Found:
    had = (METRICS[name] for name in lit(snapshot))
    return Found({"metrics": [{"name": m.name, "unit": m.unit, "about": m.about} for m in had]})


def _dimensions(_arguments: Arguments, snapshot: Snapshot) -> Found:
    data = covered(snapshot)
    listed = [{"name": d.name, "about": d.about, "time": bool(d.unit), "members": list(snapshot.members.get(d.name, ()))}
              for d in DIMENSIONS.values() if d.name not in snapshot.lacks]  # fmt: skip
    return Found({"dimensions": listed, "from": data.start.isoformat(), "to": data.end.isoformat()})


def _some(words: tuple[str, ...], most: int, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": {"enum": list(words)}, "minItems": least, "maxItems": most, "uniqueItems": True}


_MEMBERS = {"type": "array", "items": {"type": "string", "maxLength": 200}, "minItems": 1, "maxItems": 50}
_CHOICE = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(MEMBER_DIMENSIONS, _MEMBERS)}
_DAY = {"type": "string", "description": "A day such as 2024-05-31, included."}
_BOUND = {"type": "object", "additionalProperties": False, "required": ["metric"],
          "properties": {"metric": {"enum": list(METRICS)}, "low": {"type": "number"}, "high": {"type": "number"}}}  # fmt: skip
_SPAN = {"only": _CHOICE, "from": _DAY, "to": _DAY, "compare": {"enum": ["year", "previous"]}}

TOOLS = {
    tool.name: tool
    for tool in (
        Tool("metrics", "All metrics with unit and definition. Rates are fractions of 1.", {"properties": {}}, _metrics),
        Tool("dimensions", "All ways to split or filter, the members of the small ones, and the days that the data cover.",
             {"properties": {}}, _dimensions),
        Tool("members", "Members whose name holds a text; products by their name, with the id that filters take.",
             {"required": ["dimension"], "properties": {"dimension": {"enum": list(SEARCHED)},
                                                        "search": {"type": "string", "maxLength": 100}}}, _search),
        Tool("query", "Metrics over a period, split and filtered. `compare` adds each metric now and before, the change and "
             f"the growth. `order` takes columns, a leading - for descending. At most {MOST_ROWS} rows are returned.",
             {"required": ["metrics"], "properties": {
                 "metrics": _some(tuple(METRICS), 4, 1),
                 "by": _some((*MEMBER_DIMENSIONS, *GRAINS), 2), "without": _CHOICE, **_SPAN,
                 "having": {"type": "array", "items": _BOUND, "maxItems": 3},
                 "order": {"type": "array", "maxItems": 3, "items": {"type": "string", "pattern": "^-?[a-z_]+$"}},
                 "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
                 "share": {"type": "boolean"}, "cumulative": {"type": "boolean"}}}, _query),
        Tool("explain_change", "Where a change of a metric against the year or the period before came from; the parts add up.",
             {"properties": {"metric": {"enum": list(SKILLS["why"].metrics)}, **_SPAN}}, _explain),
    )
}  # fmt: skip
