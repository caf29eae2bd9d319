"""Views: addresses that a reader has given a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, MetaData, String, Table, select

from analytics.errors import QuestionError
from analytics.state import database

LONGEST = 80
metadata = MetaData()
views = Table(
    "views",
    metadata,
    Column("name", String(LONGEST), primary_key=True),
    Column("path", String(200), nullable=False),
    Column("search", String(8000), nullable=False),
    Column("saved_at", String(32), nullable=False),
)


@dataclass(frozen=True)
class View:
    """A page and its query string, under a name."""

    name: str
    path: str
    search: str


class Views:
    """The named views of a shop, in the small database at `address` (SQLAlchemy's form)."""

    def __init__(self, address: str) -> None:
        self.engine = database(address)

    def all(self) -> list[View]:
        """By name."""
        with self._open() as db:
            return [View(r.name, r.path, r.search) for r in db.execute(select(views).order_by(views.c.name))]

    def save(self, view: View) -> None:
        """Keep it; a view of that name is replaced."""
        name = view.name.strip()
        if not 0 < len(name) <= LONGEST:
            raise QuestionError(f"A view needs a name of 1 to {LONGEST} characters.")
        if not view.path.startswith("/") or view.path.startswith("//") or len(view.search) > 8000:
            raise QuestionError("A view is a page of this app and its filters.")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open() as db:
            db.execute(views.delete().where(views.c.name == name))
            db.execute(views.insert().values(**{**asdict(view), "name": name, "saved_at": now}))

    def drop(self, name: str) -> None:
        """Forget it; nothing happens where there is none."""
        with self._open() as db:
            db.execute(views.delete().where(views.c.name == name))

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        metadata.create_all(self.engine)
        with self.engine.begin() as db:
            yield db
