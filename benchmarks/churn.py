"""Churn on CDNOW and Online Retail: our model beside the simple rules and the usual models, on days that came after.

Run `python benchmarks/churn.py`. It prints the tables of docs/models/churn.md, by the function that training calls.
"""

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ml import churn  # noqa: E402
from ml.evaluation import metrics  # noqa: E402
from pipeline.run import run_pipeline  # noqa: E402
from pipeline.warehouse import Snapshot  # noqa: E402
from settings import Settings  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
SHOWN = ("auc", "pr_auc", "brier", "ece", "lift")
SETS = (("CDNOW", 90), ("CDNOW", 180), ("Online Retail", 90))


def cdnow(scratch: Path) -> Snapshot:
    """All 69,659 purchases as one export of transactions."""
    names = ["customer_id", "day", "discs", "total_amount"]
    rows = pd.read_csv(DATA / "cdnow" / "CDNOW_master.txt.gz", sep=r"\s+", names=names, skiprows=1)
    sold = pd.DataFrame(
        {
            "order_id": [f"O{i}" for i in range(len(rows))],
            "customer_id": "C" + rows["customer_id"].astype(str),
            "product_id": "CD",
            "order_date": pd.to_datetime(rows["day"].astype(str), format="%Y%m%d").dt.strftime("%Y-%m-%d"),
            "quantity": rows["discs"],
            "unit_price": rows["total_amount"] / rows["discs"].clip(lower=1),
            "total_amount": rows["total_amount"],
        }
    )
    (scratch / "exports").mkdir()
    sold.to_csv(scratch / "exports" / "sales_transactions.csv", index=False)
    return run_pipeline(Settings(home=scratch), scratch / "exports")


def online_retail(scratch: Path) -> Snapshot:
    return run_pipeline(Settings(home=scratch), DATA / "online_retail")


LOADERS = {"CDNOW": cdnow, "Online Retail": online_retail}


def leaky_toy(sales: ir.Table, reviews: ir.Table, as_of: date, horizon: int) -> dict[str, float]:
    """Label "recency > H" on features of the same day, split at random: what it reports of itself."""
    frame = churn.known(sales, reviews, as_of).reset_index()
    frame = frame.assign(left=frame["days_since_last_purchase"] > horizon, cutoff=as_of)
    half = np.random.default_rng(7).random(len(frame)) < 0.5
    model = churn.PEERS["default_forest"](frame[half], frame["left"][half], horizon, 7)
    return metrics(frame["left"][~half].to_numpy(), model.chance(frame[~half]))


def compared(snapshot: Snapshot, horizon: int) -> pd.DataFrame:
    """One row a model: the metrics shown, and how long the whole judgement took beside ours."""
    tables = snapshot.table("sales"), snapshot.table("reviews")
    start = time.perf_counter()
    found = churn.judge(*tables, snapshot.as_of, horizon)
    seconds = time.perf_counter() - start
    rows = {"ours": {name: metric["value"] for name, metric in found.metrics.items()} | {"seconds": seconds}}
    rows |= found.peers
    rows["leaky toy, by its own account"] = leaky_toy(*tables, snapshot.as_of, horizon)
    frame = pd.DataFrame(rows).T[[*SHOWN, "seconds"]]
    frame.attrs |= {"n": len(found.test), "left": found.test["left"].mean(), "cutoff": found.cutoff}
    return frame


def table(frame: pd.DataFrame) -> str:
    lines = [["", *frame.columns], ["---"] * (len(frame.columns) + 1)]
    lines += [
        [str(name), *("" if np.isnan(v) else f"{v:.4g}" if abs(v) > 1 else f"{v:.3f}" for v in row)]
        for name, row in zip(frame.index, frame.to_numpy(float), strict=True)
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    if not DATA.is_dir():
        sys.exit("Skipped: the files are not beside the project (../shared/data).")
    snapshots: dict[str, Snapshot] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, horizon in SETS:
            if name not in snapshots:
                (home := Path(scratch) / name.replace(" ", "")).mkdir()
                snapshots[name] = LOADERS[name](home)
            frame = compared(snapshots[name], horizon)
            told = frame.attrs
            until = told["cutoff"] + timedelta(days=horizon)
            print(
                f"\n{name}, {horizon} days: {told['n']:,} customers known on {told['cutoff']}, of whom "
                f"{told['left']:.1%} did not order until {until}\n\n{table(frame)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
