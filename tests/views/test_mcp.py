"""A program asks the catalogue by the Model Context Protocol, with the official client and by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from mcp import Client
from werkzeug import Response

from ckanext.digitalms import config
from ckanext.digitalms.publishing import releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "switched_on")

Call = Callable[..., Any]
TABLE = "gemeinde;einwohner\r\nMünster;314319\r\nTelgte;19925\r\n"


NONSENSE = (
    ("show_measure", {}, "id"),
    ("show_measure", {"id": "dms", "unpublished": True}, "unpublished"),
    ("show_measure", {"id": {"$ne": 1}}, "id"),
    ("list_measures", {"cut_off_date": "gestern"}, "cut_off_date"),
    ("list_measures", {"limit": "viele"}, "limit"),
    ("table_rows", {"table": "users"}, "table"),
    ("table_rows", {"table": ["measures"]}, "table"),
    ("table_rows", {"table": "measures", "filters": {"gibtesnicht": 1}}, "gibtesnicht"),
    ("table_rows", {"table": "measures", "filters": "x"}, "filters"),
    ("table_rows", {"table": "measures", "sort": "title; DROP TABLE x"}, "sort"),
    ("table_rows", {"table": "measures", "limit": 10**9}, "limit"),
    ("table_rows", {"table": "measures", "offset": -1}, "offset"),
    ("table_rows", {"table": "coverage"}, "table"),
    ("show_paper", {"reference": "\x00"}, "reference"),
)


@pytest.fixture
def switched_on(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.mcp", True)


@pytest.fixture
def published(
    make_measure: Any, personas: Any, tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public measure with a paper, an internal one, and an office's own table; published."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    make_measure(council_references=[{"reference": "V/0954/2018"}], statement="Es geht los.")
    call_action("digitalms_statement_create", id="dms", as_of="2019-12-01", status="in_progress")
    make_measure(name="geheim", title="Geheim", private=True)
    releases.publish()
    user = {"user": personas["editor"]}
    asked = {"content": TABLE, "filename": "e.csv", "title": "Einwohner", "name": "einwohner"}
    draft = tk.get_action("digitalms_dataset_draft_create")(user, {**asked, "organisation": "citeq"})
    tk.get_action("digitalms_dataset_publish")(user, {"id": draft["id"]})


@pytest.fixture
def send(app: Any) -> Call:
    """Send a body to the endpoint."""

    def to(body: Any, **headers: str) -> Any:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        told = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        return app.post("/mcp", data=data, headers={**told, **headers})

    return to


@pytest.fixture
def ask(send: Call) -> Call:
    """Ask a tool; gives its answer, or the text of its refusal."""

    def tool(name: str, /, **arguments: Any) -> Any:
        params = {"name": name, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        result = send(message).json["result"]
        text = result["content"][0]["text"]
        if result["isError"]:
            return text
        assert json.loads(text) == result["structuredContent"]
        return result["structuredContent"]

    return tool


@pytest.fixture
def address(app: Any, httpserver: Any) -> str:
    """An address of HTTP that the application stands behind."""

    def serve(request: Any) -> Response:
        kept = ("Accept", "Content-Type", "Mcp-Protocol-Version")
        told = {name: request.headers[name] for name in kept if name in request.headers}
        answer = app.test_client().open("/mcp", method=request.method, data=request.data, headers=told)
        return Response(answer.data, answer.status_code, content_type=answer.headers.get("Content-Type"))

    httpserver.expect_request("/mcp").respond_with_handler(serve)
    return str(httpserver.url_for("/mcp"))


class TestOfficialClient:
    def test_from_hello_to_an_answer(self, published: None, address: str) -> None:
        """It connects, lists the tools with what they take, asks them, and is told what is wrong."""

        async def talk() -> tuple[Any, ...]:
            async with Client(address) as client:
                tools = (await client.list_tools()).tools
                answer = await client.call_tool("show_measure", {"id": "dms", "cut_off_date": "2019-06-01"})
                wrong = await client.call_tool("show_measure", {"id": "nirgends"})
                return client.instructions, tools, answer, wrong

        # in a thread of its own: Playwright's loop may be running in this one
        with ThreadPoolExecutor(1) as own:
            instructions, tools, answer, wrong = own.submit(lambda: asyncio.run(talk())).result()
        assert "describe_catalogue" in instructions
        assert {"list_measures", "measure_history", "table_rows", "list_changes"} <= {t.name for t in tools}
        assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
        (shown,) = (tool for tool in tools if tool.name == "show_measure")
        assert shown.input_schema["required"] == ["id"]
        assert "token" not in json.dumps([tool.input_schema for tool in tools]).lower()
        assert not answer.is_error
        assert answer.structured_content["day"] == "2019-06-01"
        assert answer.structured_content["result"]["status"] == "in_preparation"
        assert wrong.is_error


class TestTools:
    def test_each_has_source_day_and_licence(self, published: None, ask: Call) -> None:
        questions = {
            "describe_catalogue": {},
            "search": {"q": "Dokumentenmanagement"},
            "list_measures": {},
            "show_measure": {"id": "dms"},
            "measure_history": {"id": "dms"},
            "list_changes": {"from": "2019-03-14", "to": "2019-12-31"},
            "list_papers": {},
            "show_paper": {"reference": "V/0954/2018"},
            "coverage_of_area": {"area_code": "05515000"},
            "list_tables": {},
            "table_schema": {"table": "measures"},
            "table_rows": {"table": "measures"},
        }
        for name, arguments in questions.items():
            told = ask(name, **arguments)
            assert told["source"][0]["title"], name
            assert told["licence"], name
            assert told["address"].startswith(config_address()), name
            assert told["day"] == ("2019-12-31" if name == "list_changes" else config.today().isoformat())

    def test_they_say_what_the_api_says(self, published: None, ask: Call) -> None:
        day = {"cut_off_date": "2019-06-01"}
        assert ask("list_measures", **day)["result"] == call_action("digitalms_measure_list", **day)
        told = ask("list_changes", **{"from": "2019-03-14"})["result"]
        assert told["count"] == 1 or {one["measure_id"] for one in told["results"]} == {"dms"}
        described = ask("describe_catalogue")["result"]
        assert (described["measures"], described["council_papers"]) == (1, 1)

    def test_tables(self, published: None, ask: Call) -> None:
        """An open table and an office's own, filtered, sorted, by parts; its columns and what they mean."""
        (row,) = ask("table_rows", table="measures", filters={"measure_id": "dms"})["result"]["results"]
        assert (row["title"], row["status"]) == ("Dokumentenmanagement (DMS)", "in_progress")
        own = ask("table_rows", table="einwohner", sort="einwohner asc", limit=1)
        assert own["result"]["results"] == [{"gemeinde": "Telgte", "einwohner": 19925}]
        assert (own["result"]["count"], own["source"]) == (2, [{"title": "citeq"}])
        names = {one["name"] for one in ask("list_tables")["result"]["results"]}
        assert {"measures", "einwohner"} <= names
        fields = {one["name"]: one for one in ask("table_schema", table="measures")["result"]["fields"]}
        assert fields["is_delayed"]["description"]
        own_fields = ask("table_schema", table="einwohner")["result"]["fields"]
        assert [one["id"] for one in own_fields][-2:] == ["gemeinde", "einwohner"]

    def test_what_is_internal_is_nobodys(self, published: None, ask: Call, send: Call, personas: Any) -> None:
        """Nor that of who sends a token: every question is a stranger's."""
        assert "Geheim" not in json.dumps(ask("list_measures"))
        assert "geheim" not in json.dumps(ask("describe_catalogue"))
        token = factories.APIToken(user=personas["coordinator"])["token"]
        params = {"name": "show_measure", "arguments": {"id": "geheim"}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        assert send(message, Authorization=token).json["result"]["isError"] is True

    def test_nonsense(self, published: None, ask: Call) -> None:
        """It is told what is wrong, and where."""
        for name, arguments, says in NONSENSE:
            told = ask(name, **arguments)
            assert isinstance(told, str), (name, arguments)
            assert told.startswith(f"{says}:"), (name, arguments, told)


class TestProtocol:
    def test_hello(self, send: Call) -> None:
        """A version that is known is taken; another one is answered with ours."""
        for wanted, told in (("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")):
            params = {"protocolVersion": wanted, "capabilities": {}, "clientInfo": {"name": "x"}}
            message = {"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": params}
            answer = send(message).json
            assert (answer["id"], answer["result"]["protocolVersion"]) == ("a", told)

    def test_what_wants_no_answer(self, send: Call) -> None:
        answer = send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        assert (answer.status_code, answer.data) == (202, b"")

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("{", -32700),
            (b"\xff\xfe", -32700),
            ("[" * 100_000, -32700),
            (
                '{"jsonrpc": "2.0", "id": 1, "method": "ping", "x": ' + '{"a": ' * 600 + "1" + "}" * 601,
                -32700,
            ),
            ({"jsonrpc": "2.0", "id": "\ud800", "method": "\udfff"}, -32601),
            ("[]", -32600),
            ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}], -32600),
            ({"id": 1, "method": "ping"}, -32600),
            ({"jsonrpc": "2.0", "id": 1, "method": 7}, -32600),
            ({"jsonrpc": "2.0", "id": {}, "method": "ping"}, -32600),
            ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}, -32600),
            ({"jsonrpc": "2.0", "id": 1, "method": "server/discover"}, -32601),
            ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "drop"}}, -32602),
            (
                {
                    "jsonrpc": "2.0",
                    "id": 1,
                    "method": "tools/call",
                    "params": {"name": "search", "arguments": "q"},
                },
                -32602,
            ),
        ],
    )
    def test_nonsense(self, send: Call, body: Any, code: int) -> None:
        answer = send(body)
        assert answer.json["error"]["code"] == code
        assert answer.json["error"]["message"]
        assert answer.status_code == (400 if code in {-32700, -32600} else 200)

    def test_pages_of_others_may_not_ask(self, send: Call) -> None:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        assert send(ping).json["result"] == {}
        assert send(ping, Origin="https://example.org").status_code == 403

    def test_only_by_post(self, app: Any) -> None:
        assert app.get("/mcp").status_code == 405

    def test_off_unless_switched_on(
        self, send: Call, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.mcp", False)
        assert send({"jsonrpc": "2.0", "id": 1, "method": "ping"}).status_code == 404


def config_address() -> str:
    return str(tk.config["ckan.site_url"])
