"""Customer lifetime value on CDNOW: our fit beside `lifetimes` and beside rules of thumb, on 39 unseen weeks.

Run `python benchmarks/clv.py`. It prints the tables of docs/models/clv.md.
"""

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ml.clv import fit_bg_nbd, fit_gamma_gamma, summary  # noqa: E402

CDNOW = ROOT.parent / "shared" / "data" / "cdnow"
FILES = {
    "sample": ("CDNOW_sample.txt", 0, ["master_id", "customer_id", "day", "discs", "total_amount"]),
    "master": ("CDNOW_master.txt.gz", 1, ["customer_id", "day", "discs", "total_amount"]),
}
AS_OF, AHEAD, RUNS = pd.Timestamp("1997-09-30"), 39, 7


@dataclass(frozen=True)
class Fitted:
    """What a modelling package found, and how to ask it; times in weeks."""

    buying: dict[str, float]
    spending: dict[str, float]
    predict: Callable[[], pd.Series]


def ours(customers: pd.DataFrame) -> Fitted:
    buying, spending = fit_bg_nbd(customers, "weeks"), fit_gamma_gamma(customers)
    return Fitted(
        {"r": buying.r, "alpha": buying.alpha, "a": buying.a, "b": buying.b, "LL": buying.log_likelihood},
        {"p": spending.p, "q": spending.q, "v": spending.v},
        lambda: buying.expected_purchases(customers, AHEAD) * spending.expected_spend(customers),
    )


def lifetimes(customers: pd.DataFrame) -> Fitted:
    history = customers.frequency, customers.recency, customers["T"]
    paid = customers[(customers.frequency > 0) & (customers.monetary_value > 0)]
    buying = BetaGeoFitter().fit(*history)
    spending = GammaGammaFitter().fit(paid.frequency, paid.monetary_value)
    spend = customers.frequency, customers.monetary_value.fillna(0)
    return Fitted(
        {**buying.params_, "LL": float("nan")},
        dict(spending.params_),
        lambda: (
            buying.conditional_expected_number_of_purchases_up_to_time(AHEAD, *history)
            * spending.conditional_expected_average_profit(*spend)
        ),
    )


def rules(customers: pd.DataFrame) -> dict[str, pd.Series]:
    """What people do without a model."""
    orders = customers.frequency + 1
    weeks = AHEAD * customers.frequency / customers["T"]
    return {
        "repeat rate x mean value": weeks * customers.historic / orders,
        "repeat rate x everyone's mean value": weeks * customers.historic.sum() / orders.sum(),
        "order rate x mean value": AHEAD * customers.historic / customers["T"],
        "everyone the same": 0 * weeks + weeks.mean() * customers.historic.sum() / orders.sum(),
        "nobody returns": 0 * weeks,
    }


def median_seconds(work: Callable[[], object]) -> float:
    """Of several runs, the first thrown away."""
    work()
    return statistics.median(timed(work) for _ in range(RUNS))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def load(name: str) -> pd.DataFrame:
    file, skip, columns = FILES[name]
    rows = pd.read_csv(CDNOW / file, sep=r"\s+", names=columns, skiprows=skip)
    return rows.assign(order_date=pd.to_datetime(rows.day.astype(str), format="%Y%m%d"))


def parameters(customers: pd.DataFrame) -> str:
    rows = {}
    for maker in (ours, lifetimes):
        found = maker(customers)
        rows[maker.__name__] = found.buying | found.spending
        rows[maker.__name__] |= {
            "fit s": median_seconds(lambda maker=maker: maker(customers)),
            "score s": median_seconds(found.predict),
        }
    return table(pd.DataFrame(rows).T, 3)


def unseen(orders: pd.DataFrame, customers: pd.DataFrame) -> str:
    """How far each guess of the weeks ahead was off, in dollars a customer."""
    later = orders[(orders.order_date > AS_OF) & (orders.order_date <= AS_OF + pd.Timedelta(weeks=AHEAD))]
    actual = later.groupby("customer_id").total_amount.sum().reindex(customers.index, fill_value=0.0)
    guesses = {m.__name__: m(customers).predict() for m in (ours, lifetimes)} | rules(customers)
    return table(pd.DataFrame({name: errors(guess, actual) for name, guess in guesses.items()}).T, 3)


def errors(guess: pd.Series, actual: pd.Series) -> dict[str, float]:
    best = actual[guess.rank(ascending=False, method="first") <= len(guess) / 10]
    return {
        "MAE": (guess - actual).abs().mean(),
        "RMSE": float(np.sqrt(((guess - actual) ** 2).mean())),
        "predicted / actual": guess.sum() / actual.sum(),
        "best tenth's share": best.sum() / actual.sum() if guess.nunique() > 1 else np.nan,
    }


def table(frame: pd.DataFrame, digits: int) -> str:
    lines = [["", *frame.columns], ["---"] * (len(frame.columns) + 1)]
    lines += [
        [str(name), *("" if np.isnan(v) else f"{v:.{digits}f}" for v in row)]
        for name, row in zip(frame.index, frame.to_numpy(float), strict=True)
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    warnings.simplefilter("ignore")
    if not CDNOW.is_dir():
        sys.exit("Skipped: the CDNOW files are not beside the project (../shared/data/cdnow).")
    for name in FILES:
        orders = load(name)
        days = summary(orders, AS_OF)
        customers = days.assign(recency=days.recency / 7, T=days["T"] / 7)
        print(f"\nCDNOW {name}, {len(customers):,} customers, 39 weeks seen, {AHEAD} ahead; medians of {RUNS} runs\n")
        print(parameters(customers), unseen(orders, customers), sep="\n\n")


if __name__ == "__main__":
    main()
