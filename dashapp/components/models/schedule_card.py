"""The schedule: how often each model learns again by itself, and when next (assets/models.js sends a change)."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dash_bootstrap_components as dbc
from dash import html

from dashapp.components.pipeline.runs_table import moment
from dashapp.components.plain_table import plain_table, section
from dashapp.jobs.catalogue import JOBS
from dashapp.jobs.schedule import EVERY, Schedule
from settings import Settings


def schedule_card(schedules: Sequence[Schedule], settings: Settings) -> html.Section:
    """One line a model; the choice is sent when it is made."""
    rows = [(JOBS[s.name].title, _choice(s), html.Span(_next(s, settings), **{"data-next": s.name})) for s in schedules]
    says = (
        "At three at night by the server's clock. A run that falls while the server is down is made up when it starts. The new "
        "version serves only if it is no worse."
    )
    return section("Schedule", says, plain_table("Schedule", ("Job", "How often", "Next run"), rows), anchor="schedule")


def _choice(schedule: Schedule) -> html.Label:
    options = [{"label": label, "value": every} for every, (label, _) in EVERY.items()]
    choice = dbc.Select(id=f"schedule-{schedule.name}", options=options, value=schedule.every, size="sm")
    asked = html.Span(f"How often: {JOBS[schedule.name].title}", className="unseen")
    return html.Label([asked, choice], **{"data-schedule": schedule.name})


def _next(schedule: Schedule, settings: Settings) -> str:
    if schedule.next_at is None:
        return "none"
    return moment(datetime.fromtimestamp(schedule.next_at, UTC).isoformat(), settings)
