"""Views: addresses that a reader has given a name."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import select

from analytics.errors import QuestionError
from analytics.state import Moment, State, table_of

LONGEST = 80


@dataclass(frozen=True)
class View:
    """A page and its query string, under a name."""

    name: Annotated[str, LONGEST]
    path: Annotated[str, 200]
    search: Annotated[str, 8000]


@dataclass(frozen=True)
class Saved(View):
    """A view, and when it was named."""

    saved_at: Moment


table = table_of("views", Saved, key=("name",))


class Views(State):
    """The named views of a shop, in the small database at `address` (SQLAlchemy's form)."""

    def all(self) -> list[View]:
        """By name."""
        with self._open() as db:
            return [View(r.name, r.path, r.search) for r in db.execute(select(table).order_by(table.c.name))]

    def save(self, view: View) -> None:
        """Keep it; a view of that name is replaced."""
        name = view.name.strip()
        if not 0 < len(name) <= LONGEST:
            raise QuestionError(f"A view needs a name of 1 to {LONGEST} characters.")
        if not view.path.startswith("/") or view.path.startswith("//") or len(view.search) > 8000:
            raise QuestionError("A view is a page of this app and its filters.")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open() as db:
            db.execute(table.delete().where(table.c.name == name))
            db.execute(table.insert().values(**vars(Saved(name, view.path, view.search, now))))

    def drop(self, name: str) -> None:
        """Forget it; nothing happens where there is none."""
        with self._open() as db:
            db.execute(table.delete().where(table.c.name == name))
