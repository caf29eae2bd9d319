"""Measuring: which metrics a sentence asks for, and what is taken where it names none."""

from analytics.assistant.outcomes import Unclear
from analytics.assistant.sentence import Sentence
from analytics.metrics import METRICS

BACK = {"units": "returned_units", "orders": "returned_orders"}


class Measuring:
    """The metrics of one sentence. `notes` say what was taken for want of a name, `others` what else it may have been.

    `moves` tells that the sentence compares two periods.
    """

    def __init__(self, said: Sentence, moves: bool) -> None:
        self.said, self.moves = said, moves
        self.notes: list[str] = []
        self.others: list[str] = []

    def metrics(self) -> tuple[str, ...]:
        if self.said.has("joined") and "customers" in self.said.metrics:
            self.said.metrics.remove("customers")
        if back := self._came_back():
            return back
        some = [m for m in self.said.metrics if m in ("new_customers", "returning_customers")]
        if some and "customers" in self.said.metrics and not self.said.has("and", "add", "versus"):
            self.said.metrics.remove("customers")
        if some and self.said.among and len(self.said.metrics) > 1:
            name = METRICS[next(m for m in self.said.metrics if m not in some)].label
            raise Unclear(f"{name} is not split by new and returning customers; their numbers are known.",
                          ("new customers by month", "returning customers by month"))  # fmt: skip
        if some == ["returning_customers"] and self.said.has("share") and not self.said.by:
            self.said.ops.remove("share")
            return ("retention_rate",)
        return self._named()

    def _came_back(self) -> tuple[str, ...]:
        """`units returned`, `orders that came back`: metrics of their own, where the sentence does not hold them against each other."""
        said = self.said
        if not ("returned" in said.metrics or said.has("back")):
            return ()
        sold = next((m for m in BACK if m in said.metrics), "")
        if sold and (said.has("versus") or "sold" in said.weak):
            return (sold, BACK[sold])
        if "returned" in said.metrics and {"customers", "products"} & set(said.metrics):
            raise Unclear("Customers or products with returns are not counted; units and orders with a return are.",
                          ("how many units were returned?", "how many orders had a return?"))  # fmt: skip
        return (BACK[sold],) if sold else ()

    def _named(self) -> tuple[str, ...]:
        if (
            self.said.metrics == ["customers"]
            and "spent" in self.said.weak
            and not self.said.has("howmany")
            and not self.said.bounds
        ):
            found = ["revenue"]
        elif self.said.metrics:
            found = list(self.said.metrics)
        elif self.said.has("count_groups") and self.said.has("up", "down"):
            found = [self._weakly()]
        elif self.said.has("count_groups"):
            found = ["orders"]
        elif self.said.bounds and any(metric for _, metric in self.said.bounds):
            found = [next(metric for _, metric in self.said.bounds if metric)]
        elif (
            self.said.weak
            or self.said.subject
            or self.said.has("top", "bottom", "up", "down", "change", "share", "cumulative", "moving")
        ):
            found = [self._weakly()]
        elif self.said.has("bought", "howmany") and self.said.named:
            found = ["customers"]
        else:
            found = [self._from_members()]
        if "revenue_growth" in found and (len(found) == 1) and (self.said.subject or self.moves or self.said.by):
            found = ["revenue"]
        return tuple(found)

    def _weakly(self) -> str:
        if "sold" in self.said.weak and self.said.has("howmany"):
            return "units"
        if self.said.has("howmany") and self.said.named and not self.said.subject:
            return "customers"
        if "spent" not in self.said.weak and "sold" not in self.said.weak:
            self._took("revenue", "orders", "units")
        return "revenue"

    def _took(self, taken: str, *others: str) -> None:
        self.notes.append(f"You named no metric; I took {METRICS[taken].label.lower()}.")
        self.others += [f"the same by {METRICS[o].label.lower()}" for o in others]

    def _from_members(self) -> str:
        if not (self.said.named or self.said.periods or self.said.by):
            raise Unclear("I do not see what to count. Name a metric, such as revenue, orders, customers or units.")
        segment_only = self.said.named and all(n.dimension == "customer_segment" for n in self.said.named)
        if self.said.has("howmany") and segment_only:
            return "customers"
        self._took("revenue", "orders", "units")
        return "revenue"
