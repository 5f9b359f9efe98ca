"""Requests with broken bodies, and bad files by page: an answer with a sentence, never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bad_files import ONE_OF_EACH_KIND, Table, upload
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services import delivery_work

pytestmark = [
    pytest.mark.usefixtures("with_plugins", "catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.upload.max_rows", 5_000),
    pytest.mark.ckan_config("ckanext.digitalms.custom_table.max_rows", 5_000),
]

ACTIONS = (
    "digitalms_delivery_create",
    "digitalms_table_import",
    "digitalms_dataset_draft_create",
    "digitalms_dataset_draft_update",
    "digitalms_dataset_publish",
)
BODIES: dict[str, tuple[bytes, str]] = {
    "nested lists": (b'{"content": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "application/json"),
    "nested objects": (b'{"schema": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, "application/json"),
    "NaN": (b'{"content": NaN, "schema": Infinity}', "application/json"),
    "names twice": (b'{"kind": "progress", "kind": "coverage", "content": "a"}', "application/json"),
    "a number without end": (b'{"content": 1e999999999, "id": 1e999}', "application/json"),
    "many digits": (b'{"content": ' + b"9" * 5_000 + b"}", "application/json"),
    "half a character": (b'{"content": "\\ud800", "filename": "\\ud800.csv"}', "application/json"),
    "UTF-16": ('{"content": "a"}'.encode("utf-16"), "application/json"),
    "no UTF-8": (b'{"content": "\xff"}', "application/json"),
    "multipart without parts": (b"", "multipart/form-data; boundary=x"),
    "multipart without a boundary": (b"--x\r\n", "multipart/form-data"),
    "multipart cut": (
        b'--x\r\nContent-Disposition: form-data; name="upload"; filename="a"\r\n\r\n',
        "multipart/form-data; boundary=x",
    ),
    "multipart as JSON": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
        "application/json",
    ),
    "JSON as text": (b'{"content": "a"}', "text/plain"),
    "a form of 2,000 fields": (
        "&".join(f"f{n}=1" for n in range(2_000)).encode(),
        "application/x-www-form-urlencoded",
    ),
}


@pytest.fixture
def headers(personas):
    return {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}


def test_bodies(app, headers, subtests):
    """An answer in JSON that says what is wrong; nothing is kept."""
    for name, (body, kind) in BODIES.items():
        for action in ACTIONS:
            with subtests.test(body=name, action=action):
                answer = app.post(
                    f"/api/action/{action}", data=body, headers={**headers, "Content-Type": kind}
                )
                assert answer.status_code < 500
                if answer.status_code == 200:
                    assert json.loads(answer.body)["result"]["state"] in {"received", "refused"}
                assert answer.body
    model.Session.rollback()
    assert {one.state for one in model.Session.query(Delivery)} <= {"refused", "received"}


MEASURES = Table(["measure_id", "title", "vision"], [["dms", "DMS", "x"], ["wlan", "WLAN", "y"]])
PROGRESS = Table(
    ["measure_id", "as_of", "statement"], [["dms", "2019-12-31", "gut"], ["wlan", "2019-12-31", "y"]]
)
OWN = Table(["AGS", "Wert", "Ort"], [["05515000", "1,5", "Münster"], ["05554004", "2,5", "Ahaus"]])
COVERAGE = Table(
    ["AGS", "alle Technologien ≥ 30 Mbit/s", "DSL ≥ 30 Mbit/s"],
    [["05515000", "96.51", "93.62"], ["05554004", "91.95", "87.04"]],
)
AREAS = json.dumps({"features": [{"properties": {"AGS": row[0], "GEN": row[0]}} for row in COVERAGE.rows]})
ABOUT = {"edition": "2019-06", "customer": "private", "base": "households", "source": "© BNetzA"}
QUALITY = "/digitalisierung/datenqualitaet"
WAYS: dict[str, tuple[Table, dict[str, Any]]] = {
    f"{QUALITY}/hochladen": (PROGRESS, {}),
    f"{QUALITY}/versorgung-hochladen": (COVERAGE, ABOUT),
    f"{QUALITY}/tabelle-einlesen/": (MEASURES, {"table": "measures"}),
    "/digitalisierung/daten/neu": (OWN, {}),
}


def _finish_work(delivery_id: str) -> None:
    """Do what the page has left to a job, as it does with large files."""
    model.Session.rollback()
    waiting = model.Session.get(Delivery, delivery_id)
    if waiting is not None and waiting.report is None:
        delivery_work.run(delivery_id)


@pytest.mark.parametrize("way", WAYS)
def test_files_by_page(app, headers, make_measure, subtests, way):
    """The page that the form leads to names what is wrong, where, and what to do.

    The readers behind it are shown all files by the tests of their actions.
    """
    for name in ("dms", "wlan"):
        make_measure(name=name, title=name)
    table, typed = WAYS[way]
    for name, bad in ONE_OF_EACH_KIND.items():
        with subtests.test(file=name):
            told = {**typed, "upload": upload(bad.make(table))}
            if table is COVERAGE:
                told["areas"] = upload(AREAS.encode(), "a.geojson")
            sent = app.post(way, data=told, headers=headers, follow_redirects=False)
            assert sent.status_code in {302, 303}, sent.body
            _finish_work(sent.headers["Location"].rpartition("/")[2])
            page = app.get(sent.headers["Location"], headers=headers)
            assert page.status_code == 200
            words = BeautifulSoup(page.body, "html.parser").find("main").get_text(" ")
            model.Session.rollback()
            report = model.Session.query(Delivery).order_by(Delivery.received_at.desc()).first().report
            errors = [one for one in report["findings"] if one["cause"] in bad.causes]
            assert len(words) < 60_000
            for error in errors[:3]:
                assert error["row"] is None or str(error["row"]) in words
