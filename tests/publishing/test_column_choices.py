"""How columns are written, chosen by API: kept with what was typed, and for the next version."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan.tests.helpers import call_action

from ckanext.digitalms.publishing import custom_tables, releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

TABLE = "Ort;Besuche;Tag;Monat;Anteil\nA;1.250;1/2/2026;2/2026;12,5 %\nB;240;3/4/2026;3/2026;3 %\n"
NEXT = "Ort;Besuche;Tag;Monat;Anteil\nA;1.300;1/3/2026;4/2026;13 %\n"


def draft(user: str, content: str = TABLE, **told: Any) -> dict[str, Any]:
    values = {"filename": "besuche.csv", "organisation": "citeq", "content": content, **told}
    return dict(tk.get_action("digitalms_dataset_draft_create")({"user": user}, values))


def act(name: str, user: str, **told: Any) -> dict[str, Any]:
    return dict(tk.get_action(f"digitalms_dataset_{name}")({"user": user}, told))


def rows(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [{n: c[n] for n in ("name", "title", "type", "form", "unit")} for c in one["columns"]]


def cells(name: str) -> list[list[Any]]:
    found = call_action("package_show", id=name)["resources"]
    stored = next(one["id"] for one in found if one["datastore_active"])
    records = call_action("datastore_search", resource_id=stored, sort="_id")["records"]
    return [list(record.values())[1:] for record in records]


def test_answers_are_kept_for_the_next_version(personas: dict[str, str]) -> None:
    """Beside a title that was typed before the file was read anew; the next file asks nothing."""
    editor = personas["editor"]
    one = draft(editor)
    assert [question["kind"] for question in one["preview"]["questions"]] == ["day", "month"]
    # the decimal comma of the shares settles the visits
    assert [c["type"] for c in one["columns"]] == ["string", "integer", "string", "string", "number"]
    typed = rows(one)
    typed[0] |= {"title": "Standort", "name": "standort"}
    one = act("draft_update", editor, id=one["id"], columns=typed)
    typed = rows(one)
    typed[2]["form"] = "%m/%d/%Y"
    typed[3]["form"] = "mm/yyyy"
    one = act("draft_update", editor, id=one["id"], columns=typed)
    assert one["preview"]["questions"] == []
    assert [c["form"] for c in one["columns"]] == ["auto", "auto", "%m/%d/%Y", "%m/%Y", "auto"]
    assert one["columns"][0]["title"] == "Standort"
    assert (one["columns"][4]["unit"], one["columns"][4]["description"]) == ("%", "in %")
    done = act("publish", editor, id=one["id"])
    assert cells(done["name"]) == [
        ["A", 1250, "2026-01-02", "2026-02", 12.5],
        ["B", 240, "2026-03-04", "2026-03", 3],
    ]
    after = draft(editor, NEXT, dataset=done["name"])
    assert after["is_valid"], after["report"]["findings"]
    assert after["preview"]["questions"] == []
    act("publish", editor, id=after["id"])
    assert cells(done["name"]) == [["A", 1300, "2026-01-03", "2026-04", 13]]
    release = releases.current(custom_tables.group_of(done["id"]))
    assert release is not None
    folder = releases.all_folders().path(release.manifest)
    sheet = openpyxl.load_workbook(folder / f"{done['name']}.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]][3] == "2026-04"


def test_a_next_file_that_is_written_in_another_way_is_refused(personas: dict[str, str]) -> None:
    """A choice is a promise: 1.300,5 under a decimal point is an error, and the version before stays."""
    editor = personas["editor"]
    one = draft(editor, "Ort;Wert\nA;1.250\n", forms={"Wert": "1,250.5"})
    done = act("publish", editor, id=one["id"])
    assert cells(done["name"]) == [["A", 1.25]]
    after = draft(editor, "Ort;Wert\nA;1.300,5\n", dataset=done["name"])
    assert not after["is_valid"]
    typed = rows(after)
    typed[1]["form"] = "1.250,5"
    mended = act("draft_update", editor, id=after["id"], columns=typed)
    assert mended["is_valid"], mended["report"]["findings"]
    act("publish", editor, id=after["id"])
    assert cells(done["name"]) == [["A", 1300.5]]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"form": "1.250.5"}, "columns"), ({"form": "%d"}, "columns"), ({"unit": "5 km"}, "columns")],
)
def test_a_form_that_is_none_is_refused(personas: dict[str, str], change: dict[str, str], field: str) -> None:
    one = draft(personas["editor"])
    typed = rows(one)
    typed[1] |= change
    with pytest.raises(tk.ValidationError) as refused:
        act("draft_update", personas["editor"], id=one["id"], columns=typed)
    assert field in refused.value.error_dict


def test_text_as_it_is_and_a_type_against_a_form(personas: dict[str, str]) -> None:
    """A form decides the type; a type that is chosen against it takes the form back."""
    editor = personas["editor"]
    one = draft(editor)
    typed = rows(one)
    typed[4]["form"] = "text"
    one = act("draft_update", editor, id=one["id"], columns=typed)
    assert one["columns"][4]["type"] == "string"
    assert one["preview"]["rows"][0][4] == "12,5 %"
    assert one["preview"]["made"][0][4] is None
    typed = rows(one)
    typed[4]["type"] = "number"
    one = act("draft_update", editor, id=one["id"], columns=typed)
    assert (one["columns"][4]["form"], one["columns"][4]["type"]) == ("auto", "number")
    assert one["is_valid"], one["report"]["findings"]
