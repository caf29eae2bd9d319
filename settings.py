"""Settings: where this shop lives and how it is shown, read once from the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """One shop's settings, none changed while the app runs. `engine` may hold a password and is never written down."""

    home: Path = PROJECT
    brand: str = "Integrated Business Analytics"
    currency: str = "$"
    locale: str = "en_US"
    threads: int = 2
    memory_limit: str = "4GB"
    read_memory: int = 2 << 30
    jobs: str = ""
    mcp: bool = False
    arima: bool = False
    engine: str = field(default="", repr=False)
    upload_limit: int = 256 << 20
    watch: float = 15.0

    @property
    def data(self) -> Path:
        """The default folder of exports; also where everything derived from them is kept."""
        return self.home / "data"

    @property
    def warehouse(self) -> Path:
        """Published snapshots."""
        return self.data / "warehouse"

    @property
    def processed(self) -> Path:
        """The CSV outputs of the snapshot being served (a link)."""
        return self.data / "processed"

    @property
    def work(self) -> Path:
        """What jobs pass between processes; ours alone."""
        return self.data / "jobs"

    @property
    def sets(self) -> Path:
        """Choices too long for an address."""
        return self.data / "sets"

    @property
    def layouts(self) -> Path:
        """What was said about files with a certain header."""
        return self.data / "layouts"

    @property
    def uploads(self) -> Path:
        """Files that came by browser or program: those that wait, and the sets that were loaded."""
        return self.data / "uploads"

    @property
    def state(self) -> str:
        """The small database of what users make: its address."""
        return f"sqlite:///{self.data / 'state.db'}"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @classmethod
    def from_environment(cls) -> "Settings":
        """IBA_HOME, IBA_BRAND, IBA_CURRENCY, IBA_LOCALE, IBA_THREADS, IBA_MEMORY, IBA_READ_MB, IBA_JOBS, IBA_ENGINE,
        IBA_ARIMA, IBA_MCP, IBA_UPLOAD_MB, IBA_WATCH; all optional.

        IBA_ARIMA=1 lets the sales forecast try seasonal ARIMA, which takes several times as long.
        IBA_JOBS is where jobs queue for workers of their own (redis://...); without it they run beside the server.
        IBA_MCP=on lets `run.py mcp` give the metrics to other programs. The language model has an environment of its own.
        IBA_ENGINE is where the tables are made and asked (postgres://..., spark://...); without it DuckDB does, in the process.
        IBA_READ_MB is the memory in which files are read and cleaned, in a process of its own.
        IBA_UPLOAD_MB is the largest file taken through the browser. IBA_WATCH is how many seconds lie between two looks
        for new files; 0 turns them off.
        """
        env = os.environ
        return cls(
            home=Path(env.get("IBA_HOME", PROJECT)).expanduser().resolve(),
            brand=env.get("IBA_BRAND", cls.brand),
            currency=env.get("IBA_CURRENCY", cls.currency),
            locale=env.get("IBA_LOCALE", cls.locale),
            threads=int(env.get("IBA_THREADS", cls.threads)),
            memory_limit=env.get("IBA_MEMORY", cls.memory_limit),
            read_memory=int(env["IBA_READ_MB"]) << 20 if "IBA_READ_MB" in env else cls.read_memory,
            jobs=env.get("IBA_JOBS", cls.jobs),
            mcp=env.get("IBA_MCP", "").lower() in ("1", "on", "true", "yes"),
            arima=env.get("IBA_ARIMA", "") not in ("", "0"),
            engine=env.get("IBA_ENGINE", cls.engine),
            upload_limit=int(env["IBA_UPLOAD_MB"]) << 20 if "IBA_UPLOAD_MB" in env else cls.upload_limit,
            watch=float(env.get("IBA_WATCH", cls.watch)),
        )
