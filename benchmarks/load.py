"""Many users at once: each reads for some seconds, chooses other filters and asks for the page as the browser does.

Run `python benchmarks/load.py`; `--users 50 100 --seconds 60 --rows 1000000`, `--folder` keeps the generated shop. The
server is run.py in a process of its own. Then the same users again while the server loads new data, from the exports
with some orders more. An answer that is late, of another status, of other filters or without its cards is an error. It prints the
table of docs/performance.md.
"""

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import brotli
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.crossfilter import addresses  # noqa: E402
from benchmarks.served import home_of, machine, serving  # noqa: E402
from dashapp import ids  # noqa: E402
from dashapp.app import create_app  # noqa: E402
from pipeline.warehouse import Warehouse  # noqa: E402
from settings import Settings  # noqa: E402

PAGES = {"/": "overview", "/sales": "sales"}
UPDATE, LATEST, DIFFERENT, ADDED = "/_dash-update-component", 30.0, 4_000, 1_000
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "br"}


def question(search: str, path: str) -> bytes:
    """The request that a change of the address makes: the parts of the page, and the filters."""
    page = sys.modules[f"dashapp.pages.{PAGES[path]}"]
    charts = [name for c in page.CHARTS for name in ((c,) if isinstance(c, str) else c)]
    parts = [[{"id": ids.part(kind, name), "property": "id", "value": ids.part(kind, name)} for name in names]
             for kind, names in (("graph", charts), ("card", page.CARDS))]  # fmt: skip
    return json.dumps({
        "output": f"{ids.ANSWER}.data", "outputs": {"id": ids.ANSWER, "property": "data"},
        "inputs": [{"id": ids.URL, "property": "search", "value": search}, *parts],
        "state": [{"id": ids.URL, "property": "pathname", "value": path},
                  {"id": ids.MAIN, "property": "data-scope", "value": ""}],
        "changedPropIds": [f"{ids.URL}.search"],
    }).encode()  # fmt: skip


class User(threading.Thread):
    """One who thinks `think` seconds on average, then asks, until the time is over."""

    def __init__(
        self, number: int, port: int, searches: list[str], until: float, think: float, paths: list[str]
    ) -> None:
        super().__init__(daemon=True)
        self.chance = random.Random(number)
        self.port, self.searches, self.until, self.think, self.paths = port, searches, until, think, paths
        self.times: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        time.sleep(self.chance.random() * self.think)
        while time.monotonic() < self.until:
            search, path = self.chance.choice(self.searches), self.chance.choice(self.paths)
            began = time.perf_counter()
            try:
                self._ask(search, path)
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                self.errors.append(f"{path}{search}: {error!r}")
            self.times.append(1e3 * (time.perf_counter() - began))
            time.sleep(self.chance.uniform(0.5, 1.5) * self.think)

    def _ask(self, search: str, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LATEST)
        connection.request("POST", UPDATE, question(search, path), HEADERS)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        check(body, response.getheader("Content-Encoding"), search)


def check(body: bytes, encoding: str | None, search: str) -> None:
    """An answer to this question, with its cards; ValueError or KeyError otherwise."""
    answer = json.loads(brotli.decompress(body) if encoding == "br" else body)["response"][ids.ANSWER]["data"]
    if answer["search"] != search or not answer["cards"] or not answer["charts"]:
        raise ValueError(f"not the answer: {str(answer)[:200]}")


def crowd(
    users: int, port: int, searches: list[str], seconds: float, paths: list[str]
) -> tuple[list[float], list[str]]:
    """Milliseconds of every answer, and the errors."""
    until = time.monotonic() + seconds
    people = [User(number, port, searches, until, 5.0, paths) for number in range(users)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return [t for each in people for t in each.times], [e for each in people for e in each.errors]


def add_orders(exports: Path) -> None:
    """The last lines once more, as orders of their own."""
    file = exports / "sales_transactions.csv"
    lines = [line for line in file.read_text("utf-8", "replace").splitlines()[-2 * ADDED :] if line.startswith("O")]
    with file.open("a") as opened:
        opened.writelines(f"N{time.time_ns()}{line}\n" for line in lines[-ADDED:])


def jobs(port: int, name: str = "") -> dict:
    """What the API tells of the jobs, after it was asked to start one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LATEST)
    body = json.dumps({"name": name}) if name else None
    connection.request("POST" if name else "GET", "/api/v1/jobs", body, HEADERS if name else {})
    return json.loads(connection.getresponse().read())


def line(rows: int, users: int, port: int, searches: list[str], seconds: float, paths: list[str], load: str) -> str:
    """One line of the table; of a load also how far it came."""
    started = jobs(port, "pipeline") if load else {}
    times, errors = crowd(users, port, searches, seconds, paths)
    if load:
        run = next(run for run in jobs(port)["runs"] if run["id"] == started["id"])
        load = f"load {run['state']}, {run['progress']:.0%} after {run['seconds']:.0f} s"
    for error in errors[:3]:
        print(error, file=sys.stderr)
    p50, p95 = np.quantile(times, [0.5, 0.95])
    return (
        f"| {rows:,} | {' and '.join(PAGES[path] for path in paths)} | {users} | {load or 'none'} | {len(times)} "
        f"| {p50:.0f} | {p95:.0f} | {max(times):.0f} | {len(errors)} |"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--users", type=int, nargs="+", default=[50, 100])
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--pages", nargs="+", default=["/"], choices=PAGES)
    asked.add_argument("--loads", nargs="+", default=["", "load"])
    asked.add_argument("--port", type=int, default=8160)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = home_of(given.rows, given.folder or Path(folder))
        create_app(Settings(home=home))
        searches = addresses(Warehouse(Settings(home=home)).current(), DIFFERENT)
        command = ["run.py", "run", "--port", str(given.port), "--no-browser"]
        with serving(command, f"http://127.0.0.1:{given.port}/", home):
            crowd(4, given.port, searches, 8.0, given.pages)
            print(f"{machine()}, {given.seconds:.0f} s each, 5 s of thinking\n")
            print("| rows | page | users | load meanwhile | answers | p50 ms | p95 ms | worst ms | errors |")
            print("|---|---|---|---|---|---|---|---|---|")
            for load in given.loads:
                if load:
                    add_orders((given.folder or Path(folder)) / f"exports{given.rows}")
                for users in given.users:
                    print(line(given.rows, users, given.port, searches, given.seconds, given.pages, load), flush=True)


if __name__ == "__main__":
    main()
