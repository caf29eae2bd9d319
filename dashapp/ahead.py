"""Ahead: a view that nobody has chosen yet is worked out only by a server that has nothing else to answer."""

from threading import Lock

from flask import Flask, Response, g, request

UPDATE = "/_dash-update-component"
PURPOSE, AHEAD = "Purpose", "prefetch"


class Busy:
    """How many views are being worked out."""

    def __init__(self) -> None:
        self.views = 0
        self.lock = Lock()

    def begin(self) -> Response | None:
        """No content for a view that is asked for ahead while another is worked out."""
        if request.path != UPDATE:
            return None
        with self.lock:
            if self.views and request.headers.get(PURPOSE) == AHEAD:
                return Response(status=204)
            self.views += 1
        g.counted = True
        return None

    def end(self, _: BaseException | None) -> None:
        if g.pop("counted", False):
            with self.lock:
                self.views -= 1


def stand_back(server: Flask) -> None:
    """Whoever has chosen goes first: `Purpose: prefetch` marks a question for which nobody waits yet."""
    busy = Busy()
    server.before_request(busy.begin)
    server.teardown_request(busy.end)
