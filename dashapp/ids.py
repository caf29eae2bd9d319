"""The ids: each made once, here, and never typed twice."""

URL = "url"
MAIN = "main"
ANSWER = "answer"
BUSY = "busy"
NOTICE = "notice"
CHIPS = "chips"
PERIOD = "period"
FRESH = "fresh"
FROM = "from"
TO = "to"
COMPARE = "compare"
GRAIN = "grain"
SNAPSHOT = "snapshot"
PIPELINE = "pipeline"
QUESTION = "question"
SEND = "send"
ANEW = "anew"
TURNS = "turns"
CONVERSATION = "conversation"
ROWS = "answer-rows"
WITHIN = "within"
WAITING = "waiting"
SPEAKING = "speaking"
SPOKEN = "spoken"
STOP = "stop"
ASKED = "asked"
ASKED_FILE = "asked-file"
SAID = "said"
FORECAST = "forecast"

Id = dict[str, object]


def part(kind: str, name: object) -> Id:
    """The id of one part (`graph`, `say`, `card` ...) of the thing of that name; `ALL` and `MATCH` are names too."""
    return {"part": kind, "name": name}
