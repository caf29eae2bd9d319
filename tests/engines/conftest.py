"""A real PostgreSQL and a real Spark, started for the tests where they are installed, and one shop in each."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.generate import generate
from pipeline.run import run_pipeline
from pipeline.snapshot import Snapshot
from settings import Settings

SCORES = {"customer_value"}


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All files, dirt and optional ones included."""
    folder = tmp_path_factory.mktemp("engine_exports")
    generate(folder, rows=2_500, seed=17, extras=True)
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own, which sorts text by its codes."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install -r requirements-engines.txt")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL is installed: run make services")
    with TemporaryDirectory(prefix="postgres") as folder:  # pytest's own folders are closed to other users
        as_owner: list[str] = []
        if os.getuid() == 0:  # initdb refuses root
            shutil.chown(folder, "postgres")
            as_owner = ["runuser", "-u", "postgres", "--"]
        yield from served(found[-1].parent, Path(folder), as_owner)


def served(binaries: Path, folder: Path, as_owner: list[str]) -> Iterator[str]:
    """A server over an empty database in a folder, until it is no longer needed."""
    port, data = free_port(), folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    make = [f"{binaries}/initdb", "-D", str(data), "-U", "shop", "-A", "trust", "--locale=C", "-E", "UTF8"]
    control = [f"{binaries}/pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log")]
    for command in (make, [*control, "-o", options, "start"]):
        subprocess.run(
            [*as_owner, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    try:
        yield f"postgres://shop@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*as_owner, *control, "-m", "immediate", "stop"], check=True, cwd=folder, stdout=subprocess.DEVNULL
        )


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a Spark in this process."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install -r requirements-engines.txt")
    if not shutil.which("java"):
        pytest.skip("no Java runtime is installed: run make services")
    return f"spark://local?warehouse={tmp_path_factory.mktemp('spark')}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def loaded(files: Path, home: Path, engine: str = "") -> Snapshot:
    from ml.scoring import SCORES as ALL

    return run_pipeline(Settings(home=home, engine=engine), files, scores={n: ALL[n] for n in SCORES})


@pytest.fixture(scope="session")
def here(shop_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The shop in DuckDB."""
    return loaded(shop_files, tmp_path_factory.mktemp("here"))


@pytest.fixture(scope="session")
def in_postgres(shop_files: Path, tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Snapshot:
    return loaded(shop_files, tmp_path_factory.mktemp("in_postgres"), postgres)


@pytest.fixture(scope="session")
def in_spark(shop_files: Path, tmp_path_factory: pytest.TempPathFactory, spark: str) -> Snapshot:
    return loaded(shop_files, tmp_path_factory.mktemp("in_spark"), spark)
