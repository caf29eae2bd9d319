"""The endpoint: which language model is asked, by the environment alone; without one there is none."""

import os
from dataclasses import dataclass, field

OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True)
class Endpoint:
    """An address that speaks OpenAI's chat completions, a model there, and the key, which is never shown."""

    url: str
    model: str
    key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls) -> "Endpoint | None":
        """IBA_LLM_MODEL with IBA_LLM_KEY, or with IBA_LLM_URL (for instance http://127.0.0.1:11434/v1), or both."""
        url, model, key = (os.environ.get(f"IBA_LLM_{name}", "").strip() for name in ("URL", "MODEL", "KEY"))
        return cls(url or OPENAI, model, key) if model and (url or key) else None
