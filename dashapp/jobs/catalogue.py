"""The jobs: what takes too long to wait for on a page, listed by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.verified import checked
from ml.clv import CannotTell
from ml.scoring import SCORES
from pipeline.errors import DataError
from pipeline.progress import Progress
from pipeline.run import remembered, run_pipeline
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


def load(settings: Settings, progress: Progress) -> str:
    """The pipeline over the folder that this shop's data come from."""
    source = remembered(settings) or settings.data
    snapshot = run_pipeline(settings, source, progress, scores=SCORES)
    said = checked(settings, snapshot)
    return f"Published {snapshot.id}: orders from {snapshot.first_day} to {snapshot.as_of}.{said}"


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
        Job("pipeline", "Load the data", "Reads the folder of exports again and publishes what came of it.", load),
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
