"""Access: who may do what, asked by every callback and route through one decorator; and the guard at the door.

While sign-in is not set up everyone is the owner of the machine, so the app listens on loopback alone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

ROLES = ("viewer", "analyst", "admin")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
F = TypeVar("F", bound=Callable[..., Any])

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def current_role() -> str:
    """The role of whoever asks."""
    return "admin"


def may(role: str) -> bool:
    """Whether whoever asks has this role or one above it."""
    return ROLES.index(current_role()) >= ROLES.index(role)


def may_see_people() -> bool:
    """Whether names and e-mail addresses are shown to whoever asks, or masked."""
    return may("analyst")


def allowed(role: str) -> Callable[[F], F]:
    """Only for those whose role is `role` or above; others get 403. Marks what it guards, so that a test finds gaps."""

    def guard(function: F) -> F:
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not may(role):
                abort(403)
            return function(*args, **kwargs)

        guarded.allowed = role  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def stand_guard(server: Flask, policy: Callable[[], str], open_to_all: bool = False) -> None:
    """Refuse what another site's page sends, and any host name but this machine's; send the protective headers.

    A browser says where a request comes from (Sec-Fetch-Site, else Origin); a program says neither and may pass.
    `policy` gives the content security policy, once the app's inline scripts are known.
    """

    @server.before_request
    def same_site() -> None:
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if not open_to_all and host not in LOOPBACK:
            abort(403)
        if request.method not in ("GET", "HEAD", "OPTIONS") and not _from_here():
            abort(403)

    @server.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy())
        return response


def _from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
