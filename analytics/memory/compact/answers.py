"""Answers from the compact tables: cubes where sums add up, walks over the visits where customers are told apart."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from analytics.beside import Columns
from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS
from analytics.measures import Base, CountDistinct, Only, Sum
from analytics.memory.columns import Beyond, Bools, Coded, Ints
from analytics.memory.compact.asked import CUSTOMER, Asked
from analytics.memory.compact.course import CLASSES, WEIGHTS, course_of, courses_of
from analytics.memory.compact.kernels import Array, Groups, by_day, split
from analytics.memory.compact.runs import added_up
from analytics.memory.compact.shop import CELL, held
from analytics.memory.written import written
from analytics.metrics import METRICS, UNKNOWN
from pipeline.warehouse import Snapshot

NUMBERS: dict[Base, str] = {
    Sum("total_amount"): "cents",
    Sum("quantity", only=Only("kind", is_="sale")): "thousandths",
    CountDistinct("order_id"): "orders",
    CountDistinct("category", only=Only("category", isnt=UNKNOWN)): "categories",
    CountDistinct("customer_id"): "customers",
    CountDistinct("customer_id", only=Only("order_number", is_=1)): "new",
    CountDistinct("customer_id", only=Only("order_number", above=1)): "returning",
    CountDistinct("customer_id", "valued", once="customer_id"): "valued",
    Sum("historic", "valued", once="customer_id"): "historic",
    Sum("predicted", "valued", once="customer_id"): "predicted",
}
UNITS = {"cents": 100, "thousandths": 1000}
FOUND = ("lines", "cents", "thousandths", "orders", "customers", "new", "returning")
BY_DAY = ("lines", "cents", "customers")
OF_CUSTOMERS = set(CLASSES) | set(WEIGHTS)
Grids = dict[str, Array]


def answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> Columns:
    """One row per group; `Beyond` where the compact tables cannot tell."""
    if cut.table not in ("sales", "valued") or not set(measures) <= set(NUMBERS):
        raise Beyond("Of another table, or a measure of another kind.")
    asked = Asked(cut, held(snapshot))
    names, present_by = {NUMBERS[measure] for measure in measures}, _present_by(cut)
    grids = numbers(asked, names | {present_by})
    present = np.flatnonzero(grids[present_by]) if cut.by else np.array([0])
    codes = np.unravel_index(present, asked.shape) if cut.by else ()
    columns: Columns = {
        name: written(DIMENSIONS[name], k, c) for name, k, c in zip(cut.by, asked.keys, codes, strict=True)
    }
    if "titles" in grids and cut.table == "sales":
        columns["product_name"] = grids["titles"][present]
    for name, measure in zip(cut.metrics, measures, strict=True):
        columns[name] = _in_units(NUMBERS[measure], grids[NUMBERS[measure]][present])
    return columns


def _present_by(cut: Cut) -> str:
    """The number that tells which groups there are."""
    if cut.above and not cut.once:
        return NUMBERS[METRICS[cut.above].measure]  # type: ignore[index]
    return "valued" if cut.table == "valued" else "lines"


def _in_units(name: str, values: Array) -> Array:
    if name in UNITS:
        return values / UNITS[name]
    return values.astype("float64" if name in ("historic", "predicted") else "int64")


def numbers(asked: Asked, names: set[str]) -> Grids:
    """Each of these numbers for every group there could be, in the order of the axes."""
    if asked.of_products:
        return _of_products(asked, names)
    if asked.of_customers:
        return _of_visits(asked, names)
    customers = names & OF_CUSTOMERS
    grids = _of_cubes(asked, names - customers)
    if not customers:
        return grids
    if asked.cut.by in ((), (asked.grain,)):
        course = course_of(asked)
        return grids | {name: course.between(name, asked.edges) for name in customers}
    if customers == {"customers"}:
        return grids | {"customers": _customers(asked)}
    return grids | {name: found for name, found in _of_visits(asked, customers).items() if name in customers}


def _of_cells(asked: Asked) -> tuple[tuple[str, ...], list[int], Ints, int]:
    """The axes of cells with their sizes, the group of each cell among them, and how many groups there are."""
    axes = tuple(name for name in asked.cut.by if name in CELL)
    sizes = [len(asked.shop.cells.keys[name].members) for name in axes]
    flat = replace(asked, cut=replace(asked.cut, by=axes))
    return axes, sizes, flat.groups(asked.shop.cells.keys, len(asked.shop.cells)), flat.many


def _customers(asked: Asked) -> Ints:
    """Different customers by bucket and group of cells."""
    axes, sizes, group, many = _of_cells(asked)
    return _ordered(courses_of(asked, axes, group, many).customers(asked.edges).T, sizes, asked)


def _of_cubes(asked: Asked, names: set[str]) -> Grids:
    shop, grids = asked.shop, Grids()
    _, sizes, group, many = _of_cells(asked)
    kept = np.flatnonzero(asked.cells)
    for name in names & {"lines", "cents", "thousandths"}:
        cube = shop.lines if name == "lines" else shop.sums[name]
        grids[name] = _ordered(cube.grouped(asked.edges, kept, group[kept], many), sizes, asked)
    if "orders" in names:
        grids["orders"] = _ordered(_orders(asked, group, many), sizes, asked)
    return grids | _categories(asked, names)


def _orders(asked: Asked, group: Ints, many: int) -> Ints:
    """Orders by bucket and group of cells."""
    kinds, groups = asked.shop.order_sets.groups(asked.cells, group, many)
    found = asked.shop.orders.grouped(asked.edges, kinds, groups, many)
    rows = asked.shop.lasting
    bucket = np.searchsorted(asked.edges, rows.days, side="right") - 1
    kept = asked.cells[rows.places] & (bucket >= 0) & (bucket < len(found))
    again = rows.counted_again(kept, bucket * many + group[rows.places], found.size)
    return found - again.reshape(found.shape)


def _ordered(found: Ints, sizes: list[int], asked: Asked) -> Ints:
    """Buckets by cells, in the order that the cut names them."""
    grid = found.reshape(len(found), *sizes)
    if not asked.grain:
        return grid[0].ravel()
    return np.moveaxis(grid, 0, asked.cut.by.index(asked.grain)).ravel()


def _of_visits(asked: Asked, names: set[str]) -> Grids:
    shop, visits = asked.shop, asked.visits
    groups, walk = _groups(asked, bool(names & set(UNITS))), asked.walk
    if names <= set(BY_DAY) and not set(asked.cut.by) & set(CELL):
        return _by_day(asked, groups)
    enough = set(asked.cut.by) <= set(CUSTOMER) and not names & {*UNITS, "orders"}
    once = visits.last_firsts if enough else np.zeros(0, dtype=np.int32)
    weights = shop.value if names & set(WEIGHTS) else np.zeros((1, 0))

    def walked(start: int, stop: int) -> tuple[Array, Array]:
        found, weighed = np.zeros((asked.many, len(FOUND)), dtype=np.int64), np.zeros((asked.many, weights.shape[1]))
        split(walk, start, stop, visits.parts, asked.cells, groups, once, weights, found, weighed)
        return found, weighed

    found, weighed = added_up(visits.starts, walked)
    grids: Grids = {name: found[:, place] for place, name in enumerate(FOUND)}
    if "orders" in names:
        rows = shop.shared
        kept = asked.visited(rows.days, rows.who) & asked.cells[rows.places] & (groups.of_day[rows.days] >= 0)
        named = groups.of_day[rows.days] + groups.of_who[rows.who]
        base = np.where(rows.who == len(groups.of_who) - 1, groups.of_nobody[rows.days], named)
        grids["orders"] = grids["orders"] - rows.counted_again(kept, base + groups.of_cell[rows.places], asked.many)
    if names & set(WEIGHTS):
        grids |= {name: weighed[:, place] for name, place in WEIGHTS.items()}
    return grids | _categories(asked, names)


def _by_day(asked: Asked, groups: Groups) -> Grids:
    visits, walk = asked.visits, asked.walk

    def walked(start: int, stop: int) -> tuple[Array]:
        found = np.zeros((asked.many, len(BY_DAY)), dtype=np.int64)
        by_day(walk, start, stop, visits.parts, asked.cells, groups, found)
        return (found,)

    (found,) = added_up(visits.starts, walked)
    return {name: found[:, place] for place, name in enumerate(BY_DAY)}


def _groups(asked: Asked, money: bool) -> Groups:
    """A kind has one group where all its chosen cells are in one; where money is wanted, all its cells must be chosen."""
    shop, visits, age = asked.shop, asked.shop.visits, np.int32(asked.strides.get("age", 0))
    of_day, of_who = asked.of_day(), asked.groups(_keys_of_customers(asked), len(visits.starts) - 1)
    of_nobody = of_day + of_who[-1] + age * np.int32(len(asked.key("age").members) - 1)
    of_month = of_day + shop.months * age
    of_month[of_day < 0] = -1
    of_cell = asked.groups(shop.cells.keys, len(shop.cells))
    of_kind = visits.sets.one_group(asked.cells, of_cell)
    if money:
        of_kind[visits.sets.passing(~asked.cells)] = -1
    return Groups(of_kind, of_cell, of_month, of_who - shop.begun * age, of_nobody)


def _keys_of_customers(asked: Asked) -> dict[str, Coded]:
    return {name: asked.key(name) for name in CUSTOMER if name in asked.cut.by}


def _categories(asked: Asked, names: set[str]) -> Grids:
    """The different categories of each group but the unknown, by the lines that each has."""
    if "categories" not in names:
        return {}
    key = asked.shop.cells.keys["category"]
    named = np.array([m not in (None, UNKNOWN) for m in key.members.values], dtype=bool)
    by = asked.cut.by if "category" in asked.cut.by else (*asked.cut.by, "category")
    finer = Asked(replace(asked.cut, by=by), asked.shop)
    marks = (numbers(finer, {"lines"})["lines"] > 0).reshape(finer.shape)
    axis = by.index("category")
    marks &= named.reshape([-1 if place == axis else 1 for place in range(len(by))])
    return {"categories": marks.sum(axis=axis).ravel() if by != asked.cut.by else marks.ravel().astype("int64")}


def _of_products(asked: Asked, names: set[str]) -> Grids:
    """Sums by product over a few buckets; orders where each has but one product to be counted under."""
    if asked.of_customers or names - {"lines", "cents", "thousandths", "orders"}:
        raise Beyond("Customers of products are not in the compact tables.")
    products = asked.shop.products
    keys = {"product" if name == "product_id" else name: key for name, key in products.keys.items()}
    one = sum(len(members) == 1 for d, members, wanted in asked.choices if wanted and d.name == "product")
    if "orders" in names and not one and "product" not in asked.cut.by:
        raise Beyond("Orders of several products do not add up.")
    chosen = asked.among(keys)
    group = asked.groups(keys, len(chosen))
    spans = [(start, stop, group + np.int32(offset)) for start, stop, offset in _spans(asked)]
    grids: Grids = {name: np.zeros(asked.many) for name in names | {"lines"}}
    for start, stop, at in spans:
        for name in grids:
            sums = products.between(name, start, stop)
            grids[name] += np.bincount(at[chosen], sums[chosen], asked.many)
        if "orders" in names:
            grids["orders"] -= products.repeated(start, stop, chosen, at, asked.many)
    if "product" in asked.cut.by:
        grids["titles"] = _titles(asked, chosen, spans)
    return grids


def _spans(asked: Asked) -> list[tuple[int, int, int]]:
    """The days of each bucket, and what it adds to the group."""
    stride = asked.strides.get(asked.grain, 0)
    return [(int(a), int(b), n * stride) for n, (a, b) in enumerate(pairwise(asked.edges))]


def _titles(asked: Asked, chosen: Bools, spans: Sequence[tuple[int, int, Ints]]) -> Array:
    products, titles = asked.shop.products, np.full(asked.many, None, dtype=object)
    for start, stop, at in spans:
        named = products.titles(chosen & (products.between("lines", start, stop) > 0), at, asked.many)
        titles = np.where(titles == np.array(None), np.array(named, dtype=object), titles)
    return titles
