"""The version: a name for the rules by which rows become what they become."""

import hashlib
from pathlib import Path

DECIDING = (
    "sources",
    "containers",
    "encodings",
    "headers",
    "files",
    "reader",
    "nothing",
    "verdicts",
    "ingest",
    "values",
    "evidence",
    "signs",
    "currencies",
    "cells",
    "rules",
    "totals",
    "judgement",
    "contradictions",
    "mistaken",
    "doubts",
    "parts",
    "clean",
    "reading",
    "lines",
    "months",
    "integrate",
    "features",
    "optional",
    "flags",
    "joins",
    "compact",
    "outputs",
)


def rules_version() -> str:
    """A name for the rules as they are: it changes whenever a module that decides what becomes of a row does."""
    texts = [Path(__file__).with_name(f"{module}.py").read_bytes() for module in DECIDING]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:10]
