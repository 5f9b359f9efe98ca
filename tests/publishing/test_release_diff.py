"""Releases as lists, and how two of them differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from lxml import html

from ckanext.digitalms.publishing import release_diff, releases
from ckanext.digitalms.tables.spec import TableSpec

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")


def ask(app: Any, action: str, code: int = 200, **told: Any) -> Any:
    """Ask as a stranger."""
    answer = app.get(f"/api/action/{action}", query_string=told, status=None)
    assert answer.status_code == code, answer.body
    return answer.json["result" if code == 200 else "error"]


@pytest.fixture
def three(once_published: Any, make_measure: Any, open_data: Any) -> list[str]:
    """Three releases: one is changed, then one is added and the first goes."""

    def make() -> list[str]:
        first = make_measure(weight=2)
        made = [str(releases.publish().release_id)]
        tk.get_action("package_patch")(
            {"ignore_auth": True}, {"id": "dms", "weight": 2.5, "title": "Neu; „x“"}
        )
        make_measure(name="strategie", title="Strategie")
        made.append(str(releases.publish().release_id))
        tk.get_action("package_delete")({"ignore_auth": True}, {"id": first["id"]})
        return [*made, str(releases.publish().release_id)]

    return once_published("three releases to compare", make)


def test_releases_of_a_table(app, three):
    """Newest first, each with addresses that stay; a part of them; a table that is none."""
    told = ask(app, "digitalms_release_list")
    assert [one["release_id"] for one in told["results"]] == three[::-1]
    assert [one["is_current"] for one in told["results"]] == [True, False, False]
    assert three[0] in told["results"][2]["files"][0]["url"]
    part = ask(app, "digitalms_release_list", table="steps", limit=1, offset=1)
    assert (part["count"], part["results"][0]["release_id"]) == (3, three[1])
    assert "status_series" in ask(app, "digitalms_release_list", 409, table="stepz")["table"][0]
    assert ask(app, "digitalms_release_list", table="coverage")["count"] == 0


def test_what_differs(app, three):
    """By default the current one and the one before it; values have their types."""
    first, second, third = three
    now = ask(app, "digitalms_release_diff")
    assert (now["before"], now["after"], now["counts"]["removed"]) == (second, third, 1)
    assert now["results"][0]["after"] is None
    assert now["results"][0]["before"]["title"] == "Neu; „x“"
    told = ask(app, "digitalms_release_diff", before=first, after=second)
    assert told["counts"] == {"added": 1, "changed": 1, "removed": 0, "unchanged": 0}
    changed, added = told["results"]
    assert (changed["change"], changed["key"]) == ("changed", {"measure_id": "dms"})
    assert changed["before"]["weight"] == 2
    assert changed["after"]["weight"] == 2.5
    assert changed["after"]["title"] == "Neu; „x“"
    assert "measure_id" not in changed["after"]
    assert (added["change"], added["before"], added["after"]["measure_id"]) == ("added", None, "strategie")
    back = ask(app, "digitalms_release_diff", before=second, after=first, limit=1, offset=1)
    assert (back["count"], [row["change"] for row in back["results"]]) == (2, ["removed"])
    same = ask(app, "digitalms_release_diff", before=first, after=first)
    assert (same["count"], same["results"]) == (0, [])


def folder_of(folder: Path, rows: list[list[str]], key: list[str]) -> Path:
    """A release of one table with these rows, the header first."""
    folder.mkdir()
    schema = {"fields": [{"name": name, "type": "string"} for name in rows[0]], "primaryKey": key}
    (folder / "orte.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "orte.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("before", "after", "keys", "counts"),
    [
        (["nr", "1", "1", "2"], ["nr", "1", "2"], ([], []), {"unchanged": 2, "removed": 1}),
        (["nr", "1", "1"], ["nr", "1", "1"], ([], []), {"unchanged": 2}),
        (["nr", "1"], ["nr", "1", "1", "1"], ([], []), {"unchanged": 1, "added": 2}),
        (["nr;wert", "1;a", "2;b"], ["nr;wert", "1;a", "2;c"], ([], ["nr"]), {"unchanged": 1, "changed": 1}),
        (
            ["nr;wert", "1;a", "2;b"],
            ["nr;jahr;wert", "1;18;a", "1;19;a", "2;18;b", "2;19;c"],
            (["nr"], ["nr", "jahr"]),
            {"unchanged": 2, "added": 2},
        ),
        (["nr", "1"], ["ort", "a", "b"], (["nr"], ["ort"]), {"removed": 1, "added": 2}),
    ],
)
def test_rows_that_are_equal_and_keys_that_change(tmp_path, before, after, keys, counts):
    """Each row of one release is at most one of the other; nothing is told twice."""
    folders = [
        folder_of(tmp_path / name, [line.split(";") for line in lines], key)
        for name, lines, key in zip(("before", "after"), (before, after), keys, strict=True)
    ]
    found = release_diff.difference(TableSpec("orte", {}), *folders, 100, 0)
    assert found.counts == counts
    assert len(found.rows) == sum(counts.values()) - counts.get("unchanged", 0)


def test_what_cannot_be_compared(app, three):
    """A sentence for what is not there."""
    assert ask(app, "digitalms_release_diff", 404, before="nie")["message"]
    assert ask(app, "digitalms_release_diff", 404, after=three[0])["message"]
    assert ask(app, "digitalms_release_diff", 404, table="coverage")["message"]
    assert ask(app, "digitalms_release_diff", 409, von=three[0])["von"]


def test_the_page_and_the_list_say_so(app: Any, three: list[str]) -> None:
    """Each release but the oldest leads to what changed since the one before, and to schema and verdict."""
    stem = "/digitalisierung/daten/measures"
    page = html.fromstring(app.get(f"{stem}/").body)
    links = [link for link in page.xpath("//a/@href") if link.endswith("/unterschied")]
    assert [link.split("/")[-2] for link in links] == three[:0:-1]
    shown = html.fromstring(app.get(links[1]).body)
    text = " ".join(shown.xpath("string(//main)").split())
    assert "1 hinzugekommen" in text
    assert "→ Neu; „x“" in text
    assert shown.xpath("//table//th[@scope='row'][normalize-space()='dms']")
    older = html.fromstring(app.get(f"{stem}/{three[2]}/unterschied?vor={three[0]}").body)
    assert three[0] in older.xpath("string(//main)")
    assert app.get(f"{stem}/{three[0]}/unterschied", status=404)
    report = app.get(f"{stem}/{three[1]}/measures.report.json")
    assert json.loads(report.body)["valid"] is True
    known = app.get(
        f"{stem}/{three[1]}/measures.report.json", headers={"If-None-Match": report.headers["ETag"]}
    )
    assert known.status_code == 304
