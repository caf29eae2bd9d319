"""Compression: the scripts of the packages are compressed once, as they do not change while the app runs."""

from flask import Flask, Request

PACKAGES = "/_dash-component-suites/"


class Kept:
    """What Flask-Compress keeps: the compressed scripts of the packages by their path, and nothing else."""

    def __init__(self) -> None:
        self.scripts: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.scripts.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Answers to questions differ under one path: they are not kept."""
        if PACKAGES in key:
            self.scripts[key] = value


def path(request: Request) -> str:
    return request.path


def compress_once(server: Flask) -> None:
    """Plotly alone is 4.8 MB: a third of a second of work for each page load without this."""
    server.config["COMPRESS_CACHE_BACKEND"] = Kept
    server.config["COMPRESS_CACHE_KEY"] = path
