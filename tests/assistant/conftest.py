"""The same shop, asked by SQL alone."""

import pytest

from pipeline.warehouse import Snapshot
from settings import Settings
from tests.assistant.exam import Answers


@pytest.fixture(scope="session")
def sql(settings: Settings, snapshot: Snapshot) -> Answers:
    return Answers(settings.warehouse, snapshot.manifest["tables"])
