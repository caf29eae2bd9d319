"""From a click to the last repaint: this app beside the pages that most would build, in one Chromium, one after another.

Run `python benchmarks/browser.py`; `--rows 1000000` makes a shop, `--home` takes a published one, `--folder` keeps what is made
and fetched. Every page shows revenue, orders and customers, months, categories, products, and regions by month; the same
bars of the categories are clicked. A time begins with the press, as Mosaic acts on it and this app asks on it, though the
finger is lifted at once; it ends with the last change of the page or `plotly_afterplot`, and the frame that shows it (Dash's mark
that a callback is at work, an empty element, is no change). It counts only where the revenue on the screen is that of the
category, to the cent, as DuckDB adds it up. No view is remembered: Mosaic's cache is off, and this app is asked for a period of
another length before each click. Streamlit is run from a venv that is made in the folder, Mosaic from npm's package of vgplot;
what cannot be fetched is left out with a word. It prints the table of docs/performance.md.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import duckdb
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.served import home_of, machine, serving  # noqa: E402
from pipeline.warehouse import Warehouse  # noqa: E402
from settings import Settings  # noqa: E402

RIVALS = ROOT / "benchmarks" / "rivals"
STREAMLIT = ("streamlit==1.67.0", "plotly==7.1.0", "pandas==2.3.3", "pyarrow")
VGPLOT = "@uwdata/vgplot@0.12.2"
QUIET, PATIENCE, WARM = 0.8, 60.0, 3
RECORDER = """(() => {
    const seen = window.seen = { press: 0, first: 0, last: 0 };
    let asked = false;
    const shown = () => {
        asked = false;
        seen.last = performance.now();
        if (!seen.first && document.querySelector("[data-metric=revenue]")) seen.first = seen.last;
    };
    const changed = () => { if (!asked) { asked = true; requestAnimationFrame(() => setTimeout(shown)); } };
    const hear = () => document.querySelectorAll(".js-plotly-plot").forEach((plot) => {
        if (!plot.timed && plot.on) { plot.timed = true; plot.on("plotly_afterplot", changed); }
    });
    addEventListener("pointerdown", () => { hear(); seen.press = seen.last = performance.now(); }, true);
    const unseen = ({ type, addedNodes, removedNodes }) => type === "childList" &&
        [...addedNodes, ...removedNodes].every((node) => node.className === "_dash-loading-callback");
    new MutationObserver((changes) => { if (!changes.every(unseen)) changed(); })
        .observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
})()"""


@dataclass(frozen=True)
class Contender:
    """A page: how it is started, where it answers, how its parts are found; its bars stand in the document with the longest
    first, or only so on the screen (`by_place`)."""

    name: str
    command: list[str]
    path: str
    bars: str
    revenue: str
    python: str = sys.executable
    by_place: bool = False
    shortens: bool = False


def contenders(sales: Path, port: int, folder: Path) -> Iterator[Contender]:
    ours = ["run.py", "run", "--port", str(port), "--no-browser"]
    yield Contender(
        "this app", ours, "/", "[data-chart=revenue_by_category] .points path", "[data-metric=revenue]", shortens=True
    )
    command = [str(RIVALS / "usual_dash.py"), str(sales), str(port)]
    yield Contender("usual Dash, pandas, Plotly Express", command, "/", "#categories .points path", "#revenue")
    if python := streamlit(folder):
        command = ["-m", "streamlit", "run", str(RIVALS / "usual_streamlit.py"), "--server.port", str(port),
                   "--server.headless", "true", "--browser.gatherUsageStats", "false", "--", str(sales)]  # fmt: skip
        bars, figure = ".stPlotlyChart >> nth=0 >> .points path", "[data-testid=stMetricValue]"
        yield Contender("Streamlit, pandas, Plotly Express", command, "/", bars, figure, python)
    if bundle := vgplot(folder):
        command = [str(RIVALS / "mosaic_server.py"), str(sales), str(port), str(bundle)]
        bars = "#categories [aria-label=bar] rect"
        yield Contender("Mosaic vgplot, distinct counts", command, "/?distinct", bars, "#revenue", by_place=True)
        yield Contender("Mosaic vgplot, sums only", command, "/", bars, "#revenue", by_place=True)


def streamlit(folder: Path) -> str:
    """An interpreter with Streamlit; nothing where it cannot be installed."""
    venv = folder / "streamlit"
    python = venv / "bin" / "python"
    if not (venv / "ready").exists() and not _done(
        [sys.executable, "-m", "venv", str(venv)], [str(python), "-m", "pip", "install", "-q", *STREAMLIT]
    ):
        print("Streamlit is left out: it cannot be installed here.", file=sys.stderr)
        return ""
    (venv / "ready").touch()
    return str(python)


def vgplot(folder: Path) -> Path | None:
    """The folder of vgplot's bundle; nothing where npm cannot fetch it."""
    place = folder / "vgplot"
    place.mkdir(exist_ok=True)
    bundle = place / "package" / "dist"
    pack = ["npm", "pack", "--silent", VGPLOT, "--pack-destination", str(place)]
    if not bundle.exists() and not _done(pack, ["sh", "-c", f"tar xzf {place}/*.tgz -C {place}"]):
        print("Mosaic is left out: npm cannot fetch vgplot here.", file=sys.stderr)
        return None
    return bundle


def _done(*commands: list[str]) -> bool:
    try:
        return all(subprocess.run(command, capture_output=True, check=False).returncode == 0 for command in commands)
    except OSError:
        return False


def sales_of(home: Path, file: Path) -> tuple[list[str], date]:
    """The sales of a shop as one flat file for the others; its categories, that of most revenue first, and its last day."""
    snapshot = Warehouse(Settings(home=home)).current()
    parts = [str(snapshot.folder / "files" / part) for part in snapshot.manifest["tables"]["sales"]]
    columns = ("order_date AS day, date_trunc('month', order_date) AS month, region, coalesce(category, 'Unknown') AS category, "
               "coalesce(product_name, 'Unknown') AS product, order_id, customer_id, total_amount::DOUBLE AS amount")  # fmt: skip
    if not file.exists():
        duckdb.execute(f"COPY (SELECT {columns} FROM read_parquet({parts})) TO '{file}'")
    found = duckdb.sql(f"SELECT category FROM '{file}' GROUP BY 1 ORDER BY sum(amount) DESC").fetchall()
    return [name for (name,) in found], snapshot.as_of


@contextmanager
def page_of(browser: Browser, address: str, one: Contender) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1600})
    page = context.new_page()
    page.add_init_script(RECORDER)
    page.goto(address + one.path)
    page.locator(one.bars).first.wait_for(state="attached", timeout=120_000)
    page.wait_for_timeout(2_000)
    yield page
    context.close()


def revenue_of(sales: Path, category: str, until: date) -> float:
    revenue = f"SELECT sum(amount::DECIMAL(18, 2)) FROM '{sales}' WHERE category = ? AND day <= ?"
    return float(duckdb.execute(revenue, [category, until]).fetchall()[0][0])


def clicks(page: Page, one: Contender, sales: Path, categories: list[str], last: date, count: int) -> list[float]:
    """Milliseconds of each press on the bar of another category; TimeoutError where the screen goes on showing another revenue."""
    times = []
    for n in range(WARM + count):
        place = n % min(4, len(categories))
        if one.shortens:
            page.evaluate("day => iba.go('?to=' + day)", str(last - timedelta(days=n)))
            page.wait_for_timeout(1_500)
        boxes = [bar.bounding_box() for bar in page.locator(one.bars).all()]
        box = (sorted(boxes, key=lambda box: box["y"]) if one.by_place else boxes)[place]
        page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
        page.mouse.down()
        page.mouse.up()
        times.append(settled(page, one, revenue_of(sales, categories[place], last - timedelta(days=n * one.shortens))))
    return times[WARM:]


def settled(page: Page, one: Contender, revenue: float) -> float:
    """Until the revenue is that and nothing has changed for a while; the page is left alone for that while at least, as to look
    takes its time."""
    page.wait_for_timeout(1e3 * QUIET)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        press, last, now = page.evaluate("[seen.press, seen.last, performance.now()]")
        if now - last > 1e3 * QUIET and abs(shown(page, one) - revenue) < 0.005:
            return last - press
        page.wait_for_timeout(50)
    raise TimeoutError(f"{one.name} shows {shown(page, one)}, not {revenue}")


def shown(page: Page, one: Contender) -> float:
    place = page.locator(one.revenue).first
    return float(place.get_attribute("data-value") or place.text_content() or "nan")


def deep_link(browser: Browser, address: str, search: str, times: int = 5) -> str:
    """First figures and last repaint of a link that is opened by a browser that has never been here, and once more."""
    found: dict[str, list[tuple[float, float]]] = {"never been here": [], "been here": []}
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        for name in found:
            page = context.new_page()
            page.add_init_script(RECORDER)
            page.goto(address + search, wait_until="commit")
            page.locator(".points path").first.wait_for(timeout=60_000)
            page.wait_for_timeout(1_500)
            found[name].append(tuple(page.evaluate("[seen.first, seen.last]")))
            page.close()
        context.close()
    return "\n".join(
        f"| {name} | {median(f for f, _ in each):.0f} | {median(s for _, s in each):.0f} |"
        for name, each in found.items()
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--home", type=Path)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--clicks", type=int, default=15)
    asked.add_argument("--port", type=int, default=8170)
    asked.add_argument("--chromium", default="/usr/bin/chromium")
    asked.add_argument("--only", nargs="+", default=[""], help="parts of the contenders' names")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = given.folder or Path(made)
        home = given.home or home_of(given.rows, folder)
        sales = folder / f"sales_{home.name}.parquet"
        categories, last = sales_of(home, sales)
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox", "--disable-gpu"])
        race(browser, home, sales, categories, last, folder, given)
        browser.close()


def race(
    browser: Browser,
    home: Path,
    sales: Path,
    categories: list[str],
    last: date,
    folder: Path,
    given: argparse.Namespace,
) -> None:
    print(f"{machine()}, {given.clicks} clicks each, revenue equal to the cent\n")
    print("| page | click to last repaint, median ms | least |\n|---|---|---|")
    address, links = f"http://127.0.0.1:{given.port}", ""
    for one in contenders(sales, given.port, folder):
        if not any(part in one.name for part in given.only):
            continue
        with serving(one.command, address, home, one.python), page_of(browser, address, one) as page:
            try:
                times = clicks(page, one, sales, categories, last, given.clicks)
            except TimeoutError:
                print(f"| {one.name} | more than {1e3 * PATIENCE:.0f} | |", flush=True)
                continue
            print(f"| {one.name} | {median(times):.0f} | {min(times):.0f} |", flush=True)
            if one.name == "this app":
                links = deep_link(browser, address, "/?region=North&cmp=prev")
    if links:
        print(f"\n| browser | first figures, ms | last repaint, ms |\n|---|---|---|\n{links}")


if __name__ == "__main__":
    main()
