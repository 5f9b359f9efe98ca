"""Nonsense in the filters of downloads: a sentence or no rows, never a server error, never a foreign name."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import ckan.plugins.toolkit as tk
import openpyxl
import pytest

from ckanext.digitalms.publishing import releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

DATA = "/digitalisierung/daten"
FORMATS = ("csv", "excel.csv", "xlsx", "json", "datapackage.json")


@pytest.fixture
def tables(once_published, make_measure, open_data, personas) -> list[tuple[str, str, str, str]]:
    """Address, and a column of text, number and day, of an open table and of somebody's own."""

    def make() -> None:
        make_measure(vision="=1+1", weight=2)
        releases.publish()
        content = "ort;zahl;tag\nMünster;1;2019-12-31\n=1+1;2;2020-01-01\n"
        user = {"user": personas["coordinator"]}
        told = {"content": content, "filename": "eigene.csv", "organisation": "citeq"}
        draft = tk.get_action("digitalms_dataset_draft_create")(user, told)
        tk.get_action("digitalms_dataset_publish")(user, {"id": draft["id"]})

    once_published("an open table and one's own", make)
    return [
        (f"{DATA}/measures", "vision", "weight", "as_of"),
        (f"{DATA}/datensatz/eigene", "ort", "zahl", "tag"),
    ]


TEXTS = (
    "",
    "\x00",
    "\ufeff",
    "\ufeffMünster",
    "../../etc/passwd",
    'a"b\r\nX-Injected: 1',
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE x; --",
    "$v0",
    "\ud83d".encode("utf-8", "surrogatepass"),
    b"\xff\xfe\x41",
    "x" * 3_000,
)
NO_NUMBERS = ("1e999", "-1e999", "NaN", "Infinity", "9" * 5_000, "1_0", "٣", "0x10", "=1+1", "viele")
NO_DAYS = ("0000-00-00", "2020-02-30", "30.02.2020", "99999-01-01", "1e999", "gestern")


def asked(app: Any, path: str, query: str) -> Any:
    answer = app.get(f"{path}?{query}", follow_redirects=False)
    assert answer.status_code in {200, 400}, (path, query[:100], answer.status_code)
    assert "X-Injected" not in answer.headers
    name = answer.headers.get("Content-Disposition", "")
    assert not set(name) & set("/\\\0\r\n")
    return answer


def test_any_text(app, tables, subtests):
    """A text that no cell has finds no rows, in every format."""
    for path, column, _, _ in tables:
        for text in TEXTS:
            with subtests.test(path=path, text=text):
                query = f"{column}={quote(text)}"
                for form in FORMATS if text in TEXTS[:3] else ("csv", "json"):
                    asked(app, f"{path}.{form}", query)
                if text:
                    assert json.loads(asked(app, f"{path}.json", query).data) == []


def test_what_a_column_cannot_have(app, tables, subtests):
    """Refused with value and column."""
    for path, _, number, day in tables:
        for column, texts in ((number, NO_NUMBERS), (day, NO_DAYS)):
            for text in texts:
                with subtests.test(path=path, column=column, text=text[:20]):
                    answer = asked(app, f"{path}.csv", urlencode({column: text}))
                    assert answer.status_code == 400
                    assert column in answer.body
                    assert text[:20] in answer.body


# what CKAN's own errors, requests and templates take for something else
NAMES_OF_CKAN = (
    "tags",
    "extras",
    "resources",
    "groups",
    "message",
    "__type",
    "__junk",
    "upload",
    "state",
    "g",
)


def test_names_that_mean_something_to_ckan(app, tables, subtests):
    """A parameter that is called so is as unknown as any other one, wherever tables are asked for."""
    day = "stichtag=2019-03-14"
    for name in NAMES_OF_CKAN:
        pages = (
            *("/digitalisierung/tabelle/measures", "/digitalisierung/tabelle/datensatz/eigene"),
            *("/digitalisierung/vergleich.csv", "/digitalisierung/einbetten/tabelle/measures"),
            *(
                f"{DATA}/measures.csv?{day}",
                f"/digitalisierung/tabelle/measures?{day}",
                f"{DATA}/measures.csv",
            ),
        )
        for page in pages:
            with subtests.test(page=page, name=name):
                sign = "&" if "?" in page else "?"
                answer = app.get(f"{page}{sign}{name}=x", follow_redirects=False)
                assert answer.status_code in {200, 400}
                assert name in answer.body or answer.status_code == 200
        for asked in ({"filters": {name: "x"}}, {"query": f"{name}=x"}, {"sort": name}, {"columns": name}):
            answer = app.post("/api/action/digitalms_table_rows", json={"table": "measures", **asked})
            assert answer.status_code == 409, asked
        told = app.post(f"/api/action/digitalms_measure_list?{name}=x", json={"limit": 1})
        assert (told.status_code, list(told.json["error"])) == (
            409,
            [name, "__type"][: 1 + (name != "__type")],
        )


def test_columns_that_are_not_there(app, tables, subtests):
    """Refused with the columns that there are."""
    for path, text, number, _ in tables:
        for query in (
            "=",
            "x=1",
            "%00=1",
            "%EF%BB%BFort=1",
            f"{text.upper()}=1",
            "_id=1",
            "1;2=3",
            "x" * 3_000,
            *(f"{name}=x" for name in NAMES_OF_CKAN),
        ):
            with subtests.test(path=path, query=query[:20]):
                answer = asked(app, f"{path}.csv", query)
                assert answer.status_code == 400
                assert number in answer.body
                assert len(answer.body) < 20_000


def test_thousands_of_values(app, tables):
    """A column 10,000 times, and 10,000 columns."""
    for path, text, number, _ in tables[:1]:
        many = "&".join(f"{number}={n}" for n in range(10_000))
        assert len(json.loads(asked(app, f"{path}.json", many).data)) >= 1
        columns = "&".join(f"s{n}=1" for n in range(10_000))
        assert asked(app, f"{path}.csv", columns).status_code == 400
        assert asked(app, f"{path}.csv", f"{text}=" + "x" * 500_000).status_code in {200, 400}


def test_formulas_are_found_and_harmless(app, tables, tmp_path):
    """As in the whole file."""
    for path, text, _, _ in tables:
        query = urlencode({text: "=1+1"})
        [row] = json.loads(asked(app, f"{path}.json", query).data)
        assert row[text] == "=1+1"
        assert "'=1+1" in asked(app, f"{path}.excel.csv", query).data.decode("utf-8-sig")
        file = tmp_path / "a.xlsx"
        file.write_bytes(asked(app, f"{path}.xlsx", query).data)
        cells = [cell for line in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in line]
        assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
