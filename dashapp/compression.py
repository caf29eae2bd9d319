"""Compression: the scripts of the packages are compressed once, as they do not change while the app runs."""

from flask import Flask, Request, Response, request

PACKAGES = "/_dash-component-suites/"
YEAR = 365 * 86_400


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


def keep_assets(server: Flask) -> None:
    """A browser asks once for a script or style of ours: its address names the time of its last change."""

    @server.after_request
    def kept(response: Response) -> Response:
        if request.path.startswith("/assets/") and "m" in request.args and response.status_code == 200:
            response.cache_control.no_cache = None
            response.cache_control.max_age = YEAR
            response.cache_control.immutable = True
        return response
