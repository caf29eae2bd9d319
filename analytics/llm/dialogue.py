"""The dialogue with a language model: it may call tools, then it speaks; all of it within one absolute deadline.

A reader of its own listens to the network, so that neither silence nor a slow drip can hold the answer up: the client's
own time limit starts anew with each byte.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any

from analytics import tools
from analytics.errors import QuestionError
from analytics.llm.endpoint import Endpoint
from analytics.tools import TOOLS, Found
from pipeline.warehouse import Snapshot

SECONDS = 20.0
ROUNDS = 6
LONGEST = 6_000  # characters of prose and of calls, in one round
Message = dict[str, Any]
Heard = Callable[[str, list[Found]], None]


class Trouble(Exception):  # noqa: N818 - read as a sentence by whoever catches it
    """Why the language model gave no answer: what follows "The language model"."""


@dataclass(frozen=True)
class Spoken:
    """What was said in the end, and what the tools had returned by then."""

    text: str
    found: list[Found]


@dataclass
class _Round:
    """One reply: prose, and the calls of tools in it, by their place."""

    text: str = ""
    calls: dict[int, dict[str, str]] = field(default_factory=dict)


def converse(
    messages: list[Message], found: list[Found], snapshot: Snapshot, endpoint: Endpoint, heard: Heard
) -> Spoken:
    """Let it call tools and speak; `heard` is told the prose so far. `Trouble` where it ends in no words.

    `found` is what is known before it calls any tool.
    """
    line, messages, found = _Line(endpoint, monotonic() + SECONDS), list(messages), list(found)
    try:
        for _ in range(ROUNDS):
            reply = _Round()
            for chunk in line.ask(messages):
                _add(reply, chunk)
                if reply.text and not reply.calls:
                    heard(reply.text, found)
            if not reply.calls:
                if not reply.text.strip():
                    raise Trouble("sent nothing that can be read")
                return Spoken(reply.text, found)
            messages += _answers(reply, snapshot, found)
    finally:
        line.hang_up()
    raise Trouble(f"did not come to an answer in {ROUNDS} rounds")


def _add(reply: _Round, chunk: Any) -> None:
    for choice in (getattr(chunk, "choices", None) or [])[:1]:
        reply.text += choice.delta.content or "" if choice.delta else ""
        for part in (choice.delta.tool_calls or []) if choice.delta else []:
            call = reply.calls.setdefault(part.index or 0, {"id": "", "name": "", "arguments": ""})
            call["id"] = call["id"] or part.id or ""
            if part.function:
                call["name"] += part.function.name or ""
                call["arguments"] += part.function.arguments or ""
    if len(reply.text) + sum(len(call["arguments"]) for call in reply.calls.values()) > LONGEST:
        raise Trouble("talks without end")


def _answers(reply: _Round, snapshot: Snapshot, found: list[Found]) -> Iterator[Message]:
    """Its calls and what the tools say to each; a call that does not fit is told what is wrong."""
    calls: list[Message] = [{"id": c["id"] or f"call_{place}", "type": "function",
              "function": {"name": c["name"], "arguments": c["arguments"]}} for place, c in reply.calls.items()]  # fmt: skip
    yield {"role": "assistant", "content": reply.text or None, "tool_calls": calls}
    for asked in calls:
        yield {"role": "tool", "tool_call_id": asked["id"], "content": _result(asked["function"], snapshot, found)}


def _result(function: dict[str, str], snapshot: Snapshot, found: list[Found]) -> str:
    try:
        result = tools.call(function["name"], json.loads(function["arguments"] or "{}"), snapshot)
    except (QuestionError, json.JSONDecodeError, RecursionError) as error:
        return json.dumps({"error": str(error)})
    found.append(result)
    return json.dumps(result.told)


class _Line:
    """The connection: each reply is read in a thread of its own and handed over piece by piece until the time is up."""

    def __init__(self, endpoint: Endpoint, until: float) -> None:
        import openai

        self.endpoint, self.until, self.over = endpoint, until, Event()
        self.client = openai.OpenAI(
            base_url=endpoint.url, api_key=endpoint.key or "none", timeout=max(0.1, until - monotonic()), max_retries=0
        )

    def ask(self, messages: list[Message]) -> Iterator[Any]:
        heard: SimpleQueue[Any] = SimpleQueue()
        Thread(target=self._listen, args=(messages, heard), daemon=True).start()
        while (chunk := self._next(heard)) is not None:
            if isinstance(chunk, Exception):
                raise Trouble(_words(chunk)) from None
            yield chunk

    def hang_up(self) -> None:
        self.over.set()
        Thread(target=self.client.close, daemon=True).start()

    def _next(self, heard: "SimpleQueue[Any]") -> Any:
        try:
            return heard.get(timeout=max(0.0, self.until - monotonic()))
        except Empty:
            raise Trouble(f"did not answer within {SECONDS:.0f} seconds") from None

    def _listen(self, messages: list[Message], heard: "SimpleQueue[Any]") -> None:
        try:
            stream = self.client.chat.completions.create(
                model=self.endpoint.model, messages=messages, tools=_offered(), stream=True, temperature=0
            )
            for chunk in stream:
                heard.put(chunk)
                if self.over.is_set():
                    return
            heard.put(None)
        except Exception as error:
            heard.put(error)


def _offered() -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": t.name, "description": t.about, "parameters": t.schema}}
            for t in TOOLS.values()]  # fmt: skip


def _words(error: Exception) -> str:
    """What went wrong, without what the endpoint wrote of it."""
    import openai

    if isinstance(error, openai.RateLimitError):
        return "takes no more questions for now (429)"
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return "does not accept the key"
    if isinstance(error, openai.APIStatusError):
        return f"failed ({error.status_code})"
    if isinstance(error, openai.APITimeoutError):
        return f"did not answer within {SECONDS:.0f} seconds"
    if isinstance(error, openai.APIConnectionError):
        return "cannot be reached"
    return "sent what cannot be read"
