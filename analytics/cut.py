"""A cut: the question that every engine answers, and the tables it can be asked of."""

from collections.abc import Collection
from dataclasses import dataclass, field

from analytics.dimensions import DIMENSIONS, Dimension
from analytics.errors import QuestionError
from analytics.filters import Chosen
from analytics.metrics import METRICS
from analytics.periods import Period


@dataclass(frozen=True)
class Cut:
    """A question an engine can answer: these base metrics of one table, over these rows, split like so.

    With `once`, each of these (customers) counts once in every group, however many rows it has there. With `acquired`,
    only of customers whose first order ever lies in those days and matches the choices. Groups in which the metric
    `above` is 0 are not wanted, and an engine may leave them out. `besides` are periods and grains that will be asked
    of next, for an engine that can see to them in passing.
    """

    table: str
    metrics: tuple[str, ...]
    by: tuple[str, ...]
    period: Period
    chosen: Chosen = ()
    left_out: Chosen = ()
    once: str = ""
    acquired: Period | None = None
    above: str = ""
    besides: tuple[tuple[Period, str], ...] = field(default=(), compare=False)

    def reached(self, columns: Collection[str]) -> None:
        """Refuse a split by what a table with these columns does not know."""
        if beyond := [DIMENSIONS[name] for name in self.by if not DIMENSIONS[name].reaches(columns)]:
            asked = METRICS[self.metrics[0]].label
            raise QuestionError(f"{asked} cannot be split by {beyond[0].label.lower()}.")

    def choices(self, columns: Collection[str], acquired: bool) -> list[tuple[Dimension, tuple[str, ...], bool]]:
        """What is chosen (True) and left out (False) of the dimensions that a table with these columns knows: those
        that ask of new customers only, or all others."""
        asked = [d for d in DIMENSIONS.values() if d.acquired == acquired and d.reaches(columns)]
        sides = ((dict(self.chosen), True), (dict(self.left_out), False))
        return [(d, side[d.name], wanted) for d in asked for side, wanted in sides if d.name in side]

    @property
    def of_new(self) -> bool:
        """Whether only the orders of customers new in the selection are looked at."""
        return self.acquired is not None and self.table not in (*HOMES, *UNNAMED)

    @property
    def scope(self) -> str:
        """All that it is split or narrowed by but time, as a target names it."""
        named = {*self.by, *dict(self.chosen), *dict(self.left_out)}
        return " ".join(sorted(name for name in named if not DIMENSIONS[name].unit))


HOMES = {
    "customers": {
        "customer_id": "customer_id",
        "order_date": "signup_date",
        "region": "customer_region",
        "customer_segment": "customer_segment",
        "channel": "channel",
    }
}
UNNAMED = ("spend", "stock", "plan")  # name no customer
