"""Other LLM clients: by the protocol itself they find the tools, get the numbers of the registry, and can only read."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from analytics.assistant import ask
from analytics.filters import Filters
from analytics.lights import lit
from analytics.queries import table
from dashapp import access, clients
from pipeline.warehouse import NoSnapshot, Snapshot, Warehouse
from run import cli
from settings import Settings

ROOT = Path(__file__).parents[2]
WRONG: tuple[tuple[str, dict[str, Any]], ...] = (
    ("query", {}), ("query", {"metrics": ["profit"]}), ("query", {"metrics": ["revenue"], "sql": "SELECT 1"}),
    ("query", {"metrics": ["revenue"], "only": {"region": ["Nroth"]}}), ("query", {"metrics": ["revenue"], "from": "soon"}),
    ("query", {"metrics": ["revenue"], "order": ["-nothing"]}), ("query", {"metrics": "revenue"}), ("members", {"dimension": "email"}),
    ("query", {"metrics": ["revenue"], "limit": 10**9}), ("drop_table", {"name": "sales"}), ("ask", {"question": 7}),
)  # fmt: skip


def finished(session: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: the browser of other tests keeps this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, session).result()


def speaking(snapshot: Snapshot, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    async def session() -> Any:
        async with Client(clients.server(lambda: snapshot)) as client:
            return await talk(client)

    return finished(session())


def calling(snapshot: Snapshot, name: str, arguments: dict[str, Any]) -> Any:
    return speaking(snapshot, lambda client: client.call_tool(name, arguments))


def test_options_without_a_command_are_those_of_run() -> None:
    result = CliRunner().invoke(cli, ["--host", "0.0.0.0"])
    assert "no sign-in yet" in result.output
    assert "Commands:" in CliRunner().invoke(cli, ["--help"]).output


def test_every_tool_is_listed_with_its_schema_and_says_that_it_only_reads(snapshot: Snapshot) -> None:
    listed = speaking(snapshot, lambda client: client.list_tools()).tools
    assert {t.name for t in listed} == {"metrics", "dimensions", "members", "query", "explain_change", "ask"}
    assert all(t.annotations.read_only_hint and not t.input_schema["additionalProperties"] for t in listed)


def test_the_metrics_listed_are_those_that_the_data_hold_everything_for(snapshot: Snapshot) -> None:
    told = calling(snapshot, "metrics", {}).structured_content
    names = [metric["name"] for metric in told["metrics"]]
    assert names == lit(snapshot)
    assert not {"cac", "ltv_cac"} & set(names)


def test_a_query_has_the_numbers_of_the_registry(snapshot: Snapshot) -> None:
    arguments = {
        "metrics": ["revenue", "orders"],
        "by": ["region"],
        "only": {"category": ["Books"]},
        "from": "2024-01-01",
        "to": "2024-12-31",
    }
    told = calling(snapshot, "query", arguments).structured_content
    frame = table("revenue", "orders", by="region")(
        Filters.parse("from=2024-01-01&to=2024-12-31&category=Books"), snapshot
    )
    assert told["columns"] == list(frame.columns)
    assert [row[0] for row in told["rows"]] == list(frame["region"])
    assert [row[1] for row in told["rows"]] == pytest.approx(list(frame["revenue"].astype(float)))
    assert (told["from"], told["to"]) == ("2024-01-01", "2024-12-31")


def test_a_question_is_answered_as_everywhere(snapshot: Snapshot) -> None:
    told = calling(snapshot, "ask", {"question": "revenue by region in 2024"}).structured_content
    assert told["answer"] == ask("revenue by region in 2024", snapshot).answer
    assert calling(snapshot, "ask", {"question": "What was our profit?"}).structured_content["refused"]


def test_a_change_is_explained_by_parts_that_add_up(snapshot: Snapshot) -> None:
    told = calling(
        snapshot, "explain_change", {"metric": "revenue", "from": "2025-01-01", "to": "2025-12-31"}
    ).structured_content
    change = told["columns"].index("change")
    whole, regions = told["rows"][0][change], [row[change] for row in told["rows"] if row[0] == "region"]
    assert sum(regions) == pytest.approx(whole)


def test_members_and_products_are_found_by_a_part_of_their_name(snapshot: Snapshot) -> None:
    assert calling(snapshot, "members", {"dimension": "region", "search": "nor"}).structured_content["members"] == [
        {"member": "North"}
    ]
    products = calling(snapshot, "members", {"dimension": "product", "search": "a"}).structured_content["members"]
    assert products
    assert all("a" in product["title"].lower() for product in products)


@pytest.mark.parametrize(("name", "arguments"), WRONG)
def test_what_does_not_fit_is_told_and_nothing_is_done(
    snapshot: Snapshot, name: str, arguments: dict[str, Any]
) -> None:
    result = calling(snapshot, name, arguments)
    assert result.is_error
    assert result.structured_content["error"]


def test_whoever_may_not_read_is_told_only_that(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "current_role", lambda: "nobody")
    monkeypatch.setattr(access, "ROLES", ("nobody", *access.ROLES))
    for name in clients.OFFERED:
        assert calling(snapshot, name, {}).structured_content == {"error": "You may not read this shop."}


def test_before_the_first_load_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        Warehouse(Settings(home=tmp_path)).current()

    async def session() -> Any:
        async with Client(clients.server(Warehouse(Settings(home=tmp_path)).current)) as client:
            return await client.call_tool("metrics", {})

    assert finished(session()).is_error


def test_it_is_off_unless_it_is_turned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBA_MCP", raising=False)
    result = CliRunner().invoke(cli, ["mcp"])
    assert result.exit_code == 2
    assert "IBA_MCP=on" in result.output


def test_a_client_that_starts_the_command_gets_the_same_numbers(settings: Settings, snapshot: Snapshot) -> None:
    environment = {**os.environ, "IBA_MCP": "on", "IBA_HOME": str(settings.home)}
    command = StdioServerParameters(command=sys.executable, args=[str(ROOT / "run.py"), "mcp"], env=environment)

    async def session() -> Any:
        async with Client(command) as client:
            return await client.call_tool("query", {"metrics": ["revenue"]})

    told = finished(session()).structured_content
    assert told["rows"][0][0] == pytest.approx(float(table("revenue")(Filters(), snapshot)["revenue"].iloc[0]))
