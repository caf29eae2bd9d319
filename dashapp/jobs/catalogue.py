"""The jobs: what takes too long to wait for on a page, listed by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.formats import counted
from analytics.quality import broken
from analytics.verified import checked
from ml.clv import CannotTell
from ml.scoring import SCORES, stale
from pipeline.errors import BusyError, DataError, StoppedError
from pipeline.inbox import Inbox
from pipeline.looks import look, stands_in_the_way
from pipeline.progress import Progress
from pipeline.rescore import rescore
from pipeline.run import is_current, remembered, run_pipeline
from pipeline.snapshot import Snapshot
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import Settings

Work = Callable[[Settings, Progress], str]


@dataclass(frozen=True)
class Job:
    """A job: `work` does it, tells its stage and the fraction done as it goes, and returns what came of it in words.

    It tells 0.99 just before what it made takes effect: from then on it cannot be cancelled. What it raises is told to
    the reader in its own words where it is a `DataError` or a `QuestionError`.
    """

    name: str
    title: str
    about: str
    work: Work


def load(settings: Settings, progress: Progress, outputs: bool = True) -> str:
    """The pipeline over the folder that this shop's data come from; the CSV files are written where `outputs`."""
    source = remembered(settings) or settings.data
    snapshot = run_pipeline(settings, source, progress, scores=SCORES, outputs=outputs)
    return _published(snapshot, settings)


def look_at_uploads(settings: Settings, progress: Progress) -> str:
    """What the files that wait are taken for; nothing is loaded."""
    found = look(settings, progress)
    ready = "is" if len(found) == 1 else "are"
    return stands_in_the_way(found) or f"{counted(len(found), 'file')} {ready} ready to be loaded."


def load_uploads(settings: Settings, progress: Progress) -> str:
    """The pipeline over the files that wait; they become the shop's data, whole or not at all."""
    uploads = Uploads(settings)
    try:
        snapshot = run_pipeline(settings, uploads.gather(), progress, replace=True, scores=SCORES)
    finally:
        uploads.settle()
    return _published(snapshot, settings)


def go_back(settings: Settings, progress: Progress) -> str:
    """The data as they were before the last load of other files; the folder that they came from is read again."""
    snapshot = Warehouse(settings).go_back(lambda: progress("Serving the data before", 0.99))
    Uploads(settings).settle()
    return f"Serving {snapshot.id} again: orders from {snapshot.first_day} to {snapshot.as_of}."


def add_rows(settings: Settings, progress: Progress) -> str:
    """The rows that programs sent, in their files; then the pipeline. Rows that are there already change nothing; those with which
    nothing can be loaded are kept aside."""
    inbox, uploads = Inbox(settings), Uploads(settings)
    waiting = inbox.waiting()
    try:
        found = inbox.fold(waiting)
        told = str(found)
        if found.made:
            told += " " + _published(
                run_pipeline(settings, found.made, progress, replace=True, scores=SCORES, outputs=False), settings
            )
        for path in waiting:
            path.unlink()
    except (BusyError, StoppedError):
        raise
    except DataError as error:
        inbox.refuse(waiting)
        raise DataError(
            f"No row was added, and those sent are kept aside in {inbox.folder / 'refused'}. {error}"
        ) from None
    finally:
        uploads.settle()
    return told


def take_in(settings: Settings, progress: Progress) -> str:
    """The pipeline, where a file is new or has changed since the last load; the scores alone where a training could not publish them."""
    source = remembered(settings) or settings.data
    if is_current(settings, source, SCORES):
        return _published(rescore(settings, SCORES), settings) if stale(settings) else "Nothing had changed."
    return load(settings, progress, outputs=False)


def _published(snapshot: Snapshot, settings: Settings) -> str:
    """What is served now, and which of the shop's own rules and verified answers it breaks."""
    told = (
        f"Published {snapshot.id}: orders from {snapshot.first_day} to {snapshot.as_of}.{checked(settings, snapshot)}"
    )
    return f"{told} {broken(settings, snapshot)}".strip()


def training(name: str) -> Work:
    """Train a model; publish its scores where it serves."""

    def work(settings: Settings, progress: Progress) -> str:
        from ml.training import train

        try:
            made = train(name, settings, progress)
        except CannotTell as reason:
            raise DataError(str(reason)) from None
        serves = "serves" if made.promoted else "is kept, the one before serves"
        return f"Version {made.version.id} {serves}. {made.why}"

    return work


JOBS = {
    job.name: job
    for job in (
        Job(
            "pipeline",
            "Load the data",
            "Reads the folder of exports again, publishes what came of it, and writes the CSV files.",
            load,
        ),
        Job(
            "look", "Look at the files", "Says what each file that waits is taken for; loads nothing.", look_at_uploads
        ),
        Job(
            "upload",
            "Load the files",
            "Makes the files above the data of this shop; before, nothing changes.",
            load_uploads,
        ),
        Job(
            "back", "Go back", "Serves what was served before the last load, as it was; that load is given up.", go_back
        ),
        Job("rows", "Add rows", "Writes the rows that programs sent behind the others and loads them.", add_rows),
        Job("live", "New files", "Loads files that are new or have changed, without being asked.", take_in),
        Job(
            "sales",
            "Forecast sales",
            "Forecasts revenue and units from all complete months and publishes them.",
            training("sales"),
        ),
        Job(
            "churn",
            "Train churn",
            "Learns anew who leaves, judges that on the last months, and scores every customer if it is no worse than before.",
            training("churn"),
        ),
    )
}
