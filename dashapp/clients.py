"""Other clients: the tools over the metric registry for any program that speaks MCP; they read, and nothing else.

Off unless IBA_MCP is on. Whoever asks must be allowed to, as on the pages.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

from analytics.assistant import ask
from analytics.errors import QuestionError
from analytics.tools import TOOLS, Found, Tool
from dashapp.access import may
from pipeline.warehouse import NoSnapshot, Snapshot, Warehouse
from settings import Settings

ROWS = 50
ABOUT = "Metrics of one shop, from its published data. Numbers are defined once; `metrics` and `dimensions` list them."
READS = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def _ask(arguments: dict[str, Any], snapshot: Snapshot) -> Found:
    answer = asdict(ask(arguments["question"], snapshot, arguments.get("conversation", "")))
    return Found(answer | {"rows": answer["rows"][:ROWS], "rows_in_all": len(answer["rows"])})


_TEXT = {"type": "string", "maxLength": 8000}
OFFERED = TOOLS | {
    "ask": Tool("ask", "A question in plain English, answered with its reading and rows, or asked back, or refused. "
                "`conversation` of an answer goes back with a question that goes on from it.",
                {"required": ["question"], "properties": {"question": _TEXT, "conversation": _TEXT}}, _ask)
}  # fmt: skip


def server(current: Callable[[], Snapshot]) -> Server[Any]:
    """A server of these tools over whatever snapshot is `current` when one is called."""

    async def listed(_context: object, _page: object) -> types.ListToolsResult:
        made = [
            types.Tool(name=t.name, description=t.about, input_schema=t.schema, annotations=READS)
            for t in OFFERED.values()
        ]
        return types.ListToolsResult(tools=made)

    async def called(_context: object, wanted: types.CallToolRequestParams) -> types.CallToolResult:
        return _called(wanted.name, wanted.arguments or {}, current)

    return Server("integrated-business-analytics", instructions=ABOUT, on_list_tools=listed, on_call_tool=called)


def _called(name: str, arguments: dict[str, Any], current: Callable[[], Snapshot]) -> types.CallToolResult:
    """What a tool says, or why it cannot, in words; a caller without the right is told only that."""
    if not may("viewer"):
        return _told({"error": "You may not read this shop."}, wrong=True)
    if name not in OFFERED:
        return _told({"error": f"No tool '{name}'. There are: {', '.join(OFFERED)}."}, wrong=True)
    try:
        return _told(OFFERED[name](arguments, current()).told)
    except (QuestionError, NoSnapshot) as error:
        return _told({"error": str(error)}, wrong=True)


def _told(plain: dict[str, Any], *, wrong: bool = False) -> types.CallToolResult:
    text = types.TextContent(type="text", text=json.dumps(plain))
    return types.CallToolResult(content=[text], structured_content=plain, is_error=wrong)


async def serve(settings: Settings) -> None:
    """Speak on standard input and output until the other side hangs up."""
    made = server(Warehouse(settings).current)
    async with stdio_server() as (heard, said):
        await made.run(heard, said, made.create_initialization_options())
