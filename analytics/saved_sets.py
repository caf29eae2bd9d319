"""Saved sets: choices too long for an address, kept for ever under the hash of their members."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import QuestionError
from analytics.filters import Filters
from pipeline.disk import clear_unfinished, keep_text

PREFIX = "set:"
LARGEST = 200_000


@dataclass(frozen=True)
class SavedSets:
    """The sets below `folder`, one file each; a set never changes, so that a link to it stays true."""

    folder: Path

    def keep(self, members: Iterable[str]) -> str:
        """Write the members; the same ones always get the same name, such as `set:9f2c...`."""
        given = list(members)
        listed = sorted(set(given)) if all(isinstance(member, str) for member in given) else []
        if not 0 < len(listed) <= LARGEST:
            raise QuestionError(f"A set holds 1 to {LARGEST:,} names.")
        text = json.dumps(listed, ensure_ascii=False)
        key = hashlib.sha256(text.encode()).hexdigest()[:20]
        path = self.folder / f"{key}.json"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            keep_text(path, text)
        return PREFIX + key

    def recover(self) -> None:
        """Clear away what was being written when a process died."""
        clear_unfinished(self.folder)

    def members(self, name: str) -> tuple[str, ...]:
        """The members of a kept set; for a name that is none, the name itself: it stands for nothing else."""
        path = self.folder / f"{name.removeprefix(PREFIX)}.json"
        if not re.fullmatch(PREFIX + "[0-9a-f]{20}", name) or not path.exists():
            return (name,)
        return tuple(json.loads(path.read_text(encoding="utf-8")))

    def opened(self, filters: Filters) -> Filters:
        """The same filters with each set replaced by its members."""
        for dimension, chosen in filters.chosen:
            if any(name.startswith(PREFIX) for name in chosen):
                filters = filters.choose(dimension, *(m for name in chosen for m in self.members(name)))
        return filters
