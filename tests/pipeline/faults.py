"""The other side of the fault tests: acts on a home in children that fail, run out of disk or die at the n-th call to the disk.

`python -m tests.pipeline.faults ACT MODE STRIDE` with faults.c preloaded prints how often it was tried and what was left.
"""

import contextlib
import ctypes
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dashapp.jobs.catalogue import add_rows, load_uploads
from pipeline.inbox import Inbox
from pipeline.layouts import Answers, Layouts
from pipeline.progress import silent
from pipeline.run import run_pipeline
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.pipeline.shops import shop, write_shop
from tests.pipeline.test_publication import served, small

MODES = {"once": 1, "full": 2, "kill": 3}
TEXT = b"x,y\n" * 50_000
HEADERS = ("a", "b")
Act = Callable[[Settings], object]
State = Callable[[Settings], str]


def more(home: Settings) -> None:
    with (home.home / "exports" / "sales_transactions.csv").open("a") as file:
        file.write("O9,C2,P1,2024-07-02 12:00:00,1,600.50,600.50,South,Home\n")


def exports(home: Settings) -> None:
    run_pipeline(home, write_shop(home.home / "exports", shop()))
    more(home)


def waiting(home: Settings) -> None:
    exports(home)
    for path in (home.home / "exports").iterdir():
        data = path.read_bytes()
        Uploads(home).receive(Uploads(home).announce(path.name, len(data)), 0, [data])


def exports_loaded(home: Settings) -> None:
    waiting(home)
    load_uploads(home, silent)
    Inbox(home).put(
        "sales_transactions", [{"order_id": "O10", "product_id": "P1", "order_date": "2024-07-03", "total_amount": 5}]
    )


def receive(home: Settings) -> None:
    uploads = Uploads(home)
    id_ = "a" * 32
    for at in range(0, len(TEXT), 1 << 16):
        uploads.receive(uploads.announce("new.csv", len(TEXT), id_), at, [TEXT[at : at + (1 << 16)]])


def published(home: Settings) -> str:
    current, files, rows = served(home)
    return repr((current, sorted((name, hash_of(data)) for name, data in files.items()), rows))


def lines(home: Settings) -> str:
    """What does not name the moment of a run."""
    current = Warehouse(home).current()
    assert home.processed.resolve().name == current.id
    return repr(
        (
            current.manifest["revenue"],
            current.table("lines").count().to_pandas(),
            sorted(current.manifest["rows"].items()),
        )
    )


def tray(home: Settings) -> str:
    return repr([(path.name, hash_of(path.read_bytes())) for path in Uploads(home).files()])


def hash_of(data: bytes) -> int:
    import zlib

    return zlib.crc32(data)


ACTS: dict[str, tuple[Act, Act, State]] = {
    "publish": (lambda h: Warehouse(h).publish(*small("1", 20)), lambda h: Warehouse(h).publish(*small("2", 40)), published),
    "pipeline": (exports, lambda h: run_pipeline(h, h.home / "exports"), lines),
    "upload": (lambda h: Uploads(h)._make(), receive, tray),
    "load": (waiting, lambda h: load_uploads(h, silent), lines),
    "rows": (exports_loaded, lambda h: add_rows(h, silent), lines),
    "layout": (lambda h: Layouts(h.layouts).keep(HEADERS, Answers(dates="day")),
               lambda h: Layouts(h.layouts).keep(HEADERS, Answers(dates="month")),
               lambda h: Layouts(h.layouts).of(HEADERS).dates),
}  # fmt: skip


def recover(home: Settings) -> None:
    Warehouse(home).recover()
    Uploads(home).recover()
    Layouts(home.layouts).recover()


def leftovers(home: Settings) -> list[str]:
    """What nothing names: half-made files and folders, files of no snapshot, sets of no snapshot."""
    found = [p for p in home.data.rglob("*") if p.name.startswith((".", "tmp")) or p.name.endswith((".new", ".part"))]
    found = [p for p in found if p.name != ".looks.json"]
    if (home.warehouse / "CURRENT").exists():
        from pipeline.snapshot import Snapshot

        made = [Snapshot(p.name, home.warehouse) for p in (home.warehouse / "snapshots").iterdir()]
        named = {part for s in made for parts in s.manifest["tables"].values() for part in parts}
        found += [p for p in (home.warehouse / "files").iterdir() if p.name not in named]
    sets = home.uploads / "sets"
    found += [p for p in (sets.iterdir() if sets.is_dir() else ()) if p != Uploads(home).served()]
    return [str(p.relative_to(home.data)) for p in found]


def forked(work: Callable[[], object], patience: float | None = None) -> int:
    """Do it in a child; its status: 0 done, 1 raised, 9 died. With `patience` it is killed after so many seconds."""
    child = os.fork()
    if not child:
        try:
            with contextlib.redirect_stderr(None):
                work()
            os._exit(0)
        except BaseException as error:
            if os.environ.get("FAULTS_SAY"):
                print(f"  {type(error).__name__}: {error}", flush=True)
            os._exit(1)
    if patience is not None:
        time.sleep(patience)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    return 9 if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def told(work: Callable[[], object]) -> str:
    """What it returns, as text, from a child: this process starts no threads, so that it can be forked."""
    reader, writer = os.pipe()
    code = forked(lambda: os.write(writer, str(work()).encode()))
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    if code:
        raise SystemExit(f"a check failed with {code}")
    return text


class Trial:
    """One act on fresh copies of one home."""

    def __init__(self, name: str, folder: Path) -> None:
        self.prepare, self.act, self.state = ACTS[name]
        self.folder, self.template = folder, folder / "template"
        self.home = Settings(home=folder / "home")
        self.library = ctypes.CDLL(None)
        if forked(lambda: self.prepare(Settings(home=self.fresh()))):
            raise SystemExit("it cannot be prepared")
        shutil.copytree(self.folder / "home", self.template, symlinks=True)
        self.old = told(lambda: self.state(self.home))
        began = time.monotonic()
        assert forked(lambda: self.act(self.home)) == 0
        self.seconds = time.monotonic() - began
        self.new = told(lambda: self.state(self.home))
        assert self.old != self.new

    def fresh(self) -> Path:
        shutil.rmtree(self.folder / "home", ignore_errors=True)
        if self.template.exists():
            shutil.copytree(self.template, self.folder / "home", symlinks=True)
        return self.folder / "home"

    def fail(self, mode: str, n: int) -> int:
        self.fresh()

        def armed() -> None:
            os.environ["FAULTS_SHARED"] = str(self.folder / "faults")
            root, shared = str(self.home.data).encode(), os.environ["FAULTS_SHARED"].encode()
            self.library.faults_arm(root, MODES[mode], ctypes.c_long(n), shared)
            self.act(self.home)
            if self.library.faults_seen() >= n:
                os._exit(2)

        return forked(armed)

    def kill(self, chance: random.Random) -> int:
        self.fresh()
        return forked(lambda: self.act(self.home), chance.uniform(0, 1.4 * self.seconds))

    def checked(self, what: str) -> str:
        """Old or new, after a restart; then nothing is left over and the act can be done."""
        began = time.monotonic()
        assert forked(lambda: recover(self.home)) == 0, f"{what}: no restart"
        assert time.monotonic() - began < 10, f"{what}: a slow restart"
        now = told(lambda: self.state(self.home))
        assert now in (self.old, self.new), f"{what}: neither old nor new: {now}"
        left = told(lambda: leftovers(self.home))
        assert left == "[]", f"{what}: left behind: {left}"
        if now == self.old:
            assert forked(lambda: self.act(self.home)) == 0, f"{what}: cannot be done again"
            assert told(lambda: self.state(self.home)) == self.new, what
        return "old" if now == self.old else "new"


def main(name: str, mode: str, stride: int) -> None:
    counts = {"old": 0, "new": 0}
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(name, Path(folder).resolve())
        if mode == "random":
            chance = random.Random(3)
            for i in range(stride):
                trial.kill(chance)
                counts[trial.checked(f"{name}, killed, {i}")] += 1
        else:
            n, status = 1, -1
            while status:
                status = trial.fail(mode, n)
                if status:
                    counts[trial.checked(f"{name}, {mode} at call {n}")] += 1
                n += stride if n > 5 else 1
    print(
        f"{name:10} {mode:7} {sum(counts.values()):4} times: {counts['old']} old, {counts['new']} new, nothing left behind"
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
