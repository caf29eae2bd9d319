"""The command line: run (default), generate, pipeline, train, export, report, ask, worker, mcp."""

import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from analytics.errors import QuestionError
from ml.clv.fitted import CannotTell
from ml.registry import NoModel
from ml.scoring import SCORES, stale
from pipeline.errors import DataError
from pipeline.files import candidates
from pipeline.rescore import rescore
from pipeline.run import is_current, remembered, run_pipeline
from pipeline.warehouse import NoSnapshot, Snapshot, Warehouse
from settings import Settings

if TYPE_CHECKING:
    from flask import Flask

SAMPLE_ROWS = 100_000
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
console = Console(stderr=True)


class RunByDefault(click.Group):
    """Options that no command stands before are those of `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = args and (not args[0].startswith("-") or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["run", *args])


@click.group(cls=RunByDefault)
def cli() -> None:
    """Four retail exports in, a dashboard that decisions can be made on out."""


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8050, show_default=True)
@click.option("--data", type=FOLDER, help="Folder of exports; read, never written.")
@click.option("--replace", is_flag=True, help="Take --data in place of the folder used before.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--open-to-all", is_flag=True, help="Allow a host other than this machine, without sign-in.")
def run(host: str, port: int, data: Path | None, replace: bool, no_browser: bool, open_to_all: bool) -> None:
    """Load what is new, then serve the dashboard."""
    if host not in ("127.0.0.1", "localhost", "::1") and not open_to_all:
        raise click.UsageError(
            f"{host} can be reached by others and there is no sign-in yet. Add --open-to-all if everyone may see everything."
        )
    settings = Settings.from_environment()
    _load(settings, data, replace)
    _serve(settings, host, port, not no_browser, open_to_all)


@cli.command()
@click.option("--data", type=FOLDER, help="Folder of exports; read, never written.")
@click.option("--replace", is_flag=True, help="Take --data in place of the folder used before.")
def pipeline(data: Path | None, replace: bool) -> None:
    """Read the exports, publish a new snapshot and write the CSV files."""
    settings = Settings.from_environment()
    snapshot = _pipeline(settings, data or remembered(settings) or settings.data, replace)
    console.print(f"Published {snapshot.id}: orders from {snapshot.first_day} to {snapshot.as_of}.")


@cli.command()
@click.option("--out", type=FOLDER, required=True)
@click.option("--rows", type=click.IntRange(1), default=SAMPLE_ROWS, show_default=True, help="Order lines.")
@click.option("--seed", default=7, show_default=True)
@click.option("--extras", is_flag=True, help="Also returns, campaigns, spend, promotions and the other optional files.")
def generate(out: Path, rows: int, seed: int, extras: bool) -> None:
    """Write a believable shop, and the truth it was drawn from."""
    _generate(out, rows, seed, extras)
    console.print(f"Wrote {out}.")


@cli.command()
@click.argument("name", required=False)
@click.option("--horizon", type=click.IntRange(1), help="How far ahead; the model's own unless set.")
def train(name: str | None, horizon: int | None) -> None:
    """Train a model, or all, and let it serve if it is no worse than the one that does."""
    from ml.training import TRAINERS
    from ml.training import train as fit

    settings, failed = Settings.from_environment(), []
    for each in [name] if name else list(TRAINERS):
        try:
            with _bar() as progress:
                done = fit(each, settings, progress, horizon)
        except (CannotTell, NoModel) as reason:
            failed.append(f"{each}: {reason}")
            continue
        console.print(
            f"{each} {done.version.id} {'serves' if done.promoted else 'is kept, the old one serves'}. {done.why}"
        )
    if failed:
        raise DataError("\n".join(failed))


@cli.command()
@click.argument("name")
@click.option("--out", type=FILE, required=True)
@click.option("--filters", default="", help="As in the address: region=North&from=2024-01-01.")
def export(name: str, out: Path, filters: str) -> None:
    """Write what a chart or card shows, or a table of the snapshot, as CSV."""
    from analytics.filters import Filters
    from dashapp.exports import csv, exported, published

    snapshot = Warehouse(Settings.from_environment()).current()
    whole = name in snapshot.manifest["tables"]
    out.write_bytes(csv(published(name, snapshot) if whole else exported(name, Filters.parse(filters), snapshot)))
    console.print(f"Wrote {out}.")


@cli.command()
@click.option("--out", type=FILE, required=True)
@click.option("--page", default="overview", show_default=True)
@click.option("--filters", default="", help="As in the address: region=North&from=2024-01-01.")
def report(out: Path, page: str, filters: str) -> None:
    """Write the cards and charts of a page as PDF."""
    from dash import Dash

    from dashapp.report.typeset import report as typeset

    settings = Settings.from_environment()
    Dash("report", use_pages=True, pages_folder="")  # pages are declared to an app
    out.write_bytes(typeset(page, filters, settings, Warehouse(settings).current()))
    console.print(f"Wrote {out}.")


@cli.command()
@click.option("--at-once", default=2, show_default=True, help="Jobs that this worker does at the same time.")
def worker(at_once: int) -> None:
    """Do the jobs that servers queue at IBA_JOBS; any number of workers on any machines that see the same home."""
    from dashapp.components.assistant import speaking  # noqa: F401 - its background callback is known where it is imported
    from dashapp.jobs.board import Board
    from dashapp.jobs.queue import manager_for, work_off

    settings = Settings.from_environment()
    if not settings.jobs:
        raise click.UsageError(
            "Set IBA_JOBS=redis://host:port/0, here and for the server. Without it jobs run beside the server."
        )
    work_off(Board(settings, manager_for(settings)).manager, at_once)


@cli.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--after", default="", help="The conversation that the last answer printed, to go on from it.")
@click.option(
    "--llm", is_flag=True, help="Let the language model of IBA_LLM_MODEL plan and phrase; its numbers are checked."
)
def ask(question: tuple[str, ...], after: str, llm: bool) -> None:
    """Answer a question in plain English from the published data."""
    from analytics.assistant.printing import printed
    from analytics.llm import Endpoint, talk

    endpoint = Endpoint.from_environment() if llm else None
    if llm and not endpoint:
        raise click.UsageError("Set IBA_LLM_MODEL, and IBA_LLM_KEY or IBA_LLM_URL, or leave out --llm.")
    console_out, snapshot = Console(), Warehouse(Settings.from_environment()).current()
    for part in printed(talk(" ".join(question), snapshot, after, endpoint=endpoint)):
        console_out.print(part, highlight=False, markup=False, soft_wrap=True)


@cli.command()
def mcp() -> None:
    """Give the metrics to another LLM client over standard input and output; off unless IBA_MCP=on. It only reads."""
    import asyncio

    from dashapp.clients import serve

    settings = Settings.from_environment()
    if not settings.mcp:
        raise click.UsageError("Off by default: set IBA_MCP=on to let other programs read the metrics of this shop.")
    asyncio.run(serve(settings))


def _load(settings: Settings, data: Path | None, replace: bool) -> None:
    """The pipeline where the files have changed, its CSV files only at the first load; a sample shop where there is nothing at all."""
    source = data or remembered(settings) or settings.data
    if source == settings.data and not (source.is_dir() and any(candidates(source))):
        console.print("No exports in data/ yet: making a sample shop.")
        _generate(source, SAMPLE_ROWS, 7)
    if not is_current(settings, source, SCORES):
        _pipeline(settings, source, replace, outputs=remembered(settings) != source.expanduser().resolve())
    elif stale(settings):
        rescore(settings, SCORES)


def _generate(out: Path, rows: int, seed: int, extras: bool = False) -> None:
    from pipeline.generate import generate as write

    with _bar() as progress:
        write(out, rows=rows, seed=seed, progress=progress, extras=extras)


def _pipeline(settings: Settings, source: Path, replace: bool, outputs: bool = True) -> Snapshot:
    from analytics.quality import broken
    from analytics.verified import checked
    from pipeline.report import left_out

    with _bar() as progress:
        snapshot = run_pipeline(settings, source, progress, replace, SCORES, outputs)
    for said in filter(None, (checked(settings, snapshot).strip(), broken(settings, snapshot))):
        console.print(said, style="bold", highlight=False)
    for said in left_out(snapshot.report):
        console.print(said, highlight=False, markup=False, soft_wrap=True)
    return snapshot


def _serve(settings: Settings, host: str, port: int, browser: bool, open_to_all: bool) -> None:
    from waitress import create_server

    from dashapp import shop
    from dashapp.app import create_app
    from dashapp.watch import watch

    app = create_app(settings, open_to_all).server
    with app.app_context():
        watch(settings, shop.jobs())
    server = create_server(
        app, host=host, port=port, threads=8, ident=None, max_request_body_size=settings.upload_limit + (1 << 20)
    )
    address = f"http://{host}:{port}"
    console.print(f"Serving {address}  (stop with Ctrl+C)")
    if browser:
        Timer(0.5, webbrowser.open, [address]).start()
    Thread(target=_warm, args=(app,), daemon=True).start()
    server.run()


def _warm(app: "Flask") -> None:
    """The first question reads the tables into memory: better asked before the first visitor does."""
    from analytics.assistant import ask
    from analytics.filters import Filters
    from analytics.queries import table
    from dashapp import shop

    with app.app_context():
        table("revenue", "customers", "new_customers")(Filters(), shop.snapshot())
        ask("revenue by region", shop.snapshot())


@contextmanager
def _bar() -> Iterator[Callable[[str, float], None]]:
    """A bar that moves from stage to stage; called with the stage's name and the whole's fraction done."""
    columns = (
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Starting", total=1.0)
        yield lambda stage, done: progress.update(task, description=stage, completed=done)


if __name__ == "__main__":
    try:
        cli()
    except (DataError, QuestionError, NoSnapshot, OSError) as error:
        console.print("Stopped:", style="bold", end=" ")
        console.print(str(error), highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
