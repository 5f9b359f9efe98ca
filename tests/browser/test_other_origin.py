"""A page of another site reads what is public, and gets a sentence for every mistake."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from ckan.tests import factories

ASK = """async ([address, options]) => {
  const answer = await fetch(address, options)
  const text = await answer.text()
  return {code: answer.status, text, etag: answer.headers.get("ETag")}
}"""
TABLE, ACTION = "/digitalisierung/daten/measures", "/api/action/digitalms_measure_list"
JSON = {"method": "POST", "headers": {"Content-Type": "application/json"}}
MISTAKES = {
    f"{TABLE}.json?status=fertig": "cancelled",
    f"{TABLE}.json?stauts=done": "status",
    f"{TABLE}.json?columns=": "measure_id",
    f"{TABLE}.json?as_of.from=2026-01-01&as_of.to=2019-01-01": "as_of",
    f"{TABLE}.jsn": "measures",
    f"{ACTION}?cut_of_date=2019-03-14": "cut_off_date",
    f"{ACTION}?limit=100000": "1000",
    "/api/action/digitalms_measure_lst": "digitalms_measure_lst",
    "/api/action/digitalms_measure_show?id=nirgends": "nirgends",
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another site, with an empty page; its address."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Anderswo</title>", encoding="utf-8")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}/"
    site.shutdown()


def test_a_script_elsewhere(filled: str, elsewhere: str, chromium: Any) -> None:
    """Reads by GET and POST, marks of files; each mistake is told; nothing is written."""
    token = {"Authorization": factories.APIToken(user="koordinator")["token"]}
    requests.post(f"{filled}/api/action/digitalms_table_publish", json={}, headers=token, timeout=60)
    page = chromium.new_context().new_page()
    page.goto(elsewhere)

    def ask(path: str, **options: Any) -> Any:
        return page.evaluate(ASK, [f"{filled}{path}", options])

    assert ask(ACTION)["code"] == 200
    assert ask(ACTION, **JSON, body='{"status": ["done", "planned"], "limit": 1}')["code"] == 200
    assert ask("/api/action/package_search?rows=0")["code"] == 200
    description = ask("/digitalisierung/api/openapi.json")
    assert description["etag"]
    again = ask("/digitalisierung/api/openapi.json", headers={"If-None-Match": description["etag"]})
    assert again["code"] in {200, 304}
    for path, word in MISTAKES.items():
        told = ask(path)
        assert told["code"] in {400, 404, 409}, path
        assert word in told["text"], (path, told["text"])
        assert told["text"].startswith(("{", '"')), path
    refused = page.evaluate(
        "([address, options]) => fetch(address, options).then(() => 'read', () => 'refused')",
        [f"{filled}/api/action/digitalms_statement_create", {**JSON, "body": "{}"}],
    )
    assert refused == "refused"
    page.context.close()


def test_the_form_of_the_page(filled: str, visit: Any) -> None:
    """Asks without leaving the page, and shows address, code and answer, a refusal, too."""
    page = visit(filled)
    page.goto("/digitalisierung/api")
    form = page.locator('form[action$="/digitalms_measure_list"]')
    page.locator("section", has=form).locator("summary").click()
    form.locator('[name="status"]').select_option("in_progress")
    form.locator('[name="limit"]').fill("1")
    form.get_by_role("button").click()
    box = page.locator('form[action$="/digitalms_measure_list"] + [data-dm-answer]')
    page.wait_for_function("box => box.textContent.includes('200 –')", arg=box.element_handle())
    assert "limit=1&status=in_progress" in box.locator("p").inner_text()
    assert '"count"' in box.locator("pre").inner_text()
    form.locator('[name="limit"]').fill("viele")
    form.get_by_role("button").click()
    page.wait_for_function("box => box.textContent.includes('409 –')", arg=box.element_handle())
    assert "limit" in box.locator("pre").inner_text()
