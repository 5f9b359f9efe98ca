"""Lists end: by default after a hundred, at most after a thousand, and say how many there are in all."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import many_measures
import pytest
from ckan import model

from ckanext.digitalms.model import InternalNote
from ckanext.digitalms.views import council, overview

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

MANY = 130
# what gives a list, and where it stands in the answer: the list, and how many there are
LISTS = {
    "digitalms_measure_list": ("results", "count"),
    "digitalms_measure_history": ("results", "count"),
    "digitalms_internal_note_list": ("results", "count"),
    "digitalms_delivery_show": ("report/findings", "report/findings_count"),
    "digitalms_table_import_show": ("changes", "changes_count"),
}


@pytest.fixture
def grown(personas: dict[str, str], make_measure: Any) -> dict[str, dict[str, str]]:
    """Much of everything; returns what each action is asked."""
    make_measure()
    [name] = many_measures.add("dms", 1, MANY)
    many_measures.add("dms", MANY, 1, first=1)
    package = model.Package.get(name)
    model.Session.add_all(InternalNote(package_id=package.id, text=f"Notiz {n}") for n in range(MANY))
    model.repo.commit()
    wrong = "".join(f"nirgends-{n};31.12.2019;done\n" for n in range(MANY))
    told = {"content": f"Kennung;Stand;Status\n{wrong}", "filename": "a.csv", "dry_run": True}
    delivery = _as(personas, "digitalms_delivery_create", **told)
    changed = "".join(f"massnahme-{n:04d},Titel {n}\n" for n in range(1, MANY + 1))
    told = {
        "table": "measures",
        "content": f"measure_id,title\n{changed}",
        "filename": "b.csv",
        "dry_run": True,
    }
    preview = _as(personas, "digitalms_table_import", **told)
    return {
        "digitalms_measure_list": {},
        "digitalms_measure_history": {"id": name},
        "digitalms_internal_note_list": {"id": name},
        "digitalms_delivery_show": {"id": delivery["id"]},
        "digitalms_table_import_show": {"id": preview["id"]},
    }


def test_lists(grown: Any, personas: dict[str, str], app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each list has a usual length, a longest, parts that add up, and its whole number."""
    for action, (place, number) in LISTS.items():
        asked = grown[action]
        usual = _as(personas, action, **asked)
        count = _at(usual, number)
        assert count >= MANY, action
        assert len(_at(usual, place)) == 100, action
        rest = _at(_as(personas, action, **asked, limit=1000, offset=100), place)
        whole = _at(_as(personas, action, **asked, limit=1000), place)
        assert [*_at(usual, place), *rest] == whole, action
        assert len(whole) == count, action
        with pytest.raises(tk.ValidationError) as refused:
            _as(personas, action, **asked, limit=1001)
        assert list(refused.value.error_dict) == ["limit"], action
    _pages_have_parts(app, monkeypatch)


def _pages_have_parts(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "SHOWN", 100)
    monkeypatch.setattr(council, "SHOWN", 1)
    first, second = (app.get(f"/digitalisierung?seite={part}&delayed=false").body for part in (1, 2))
    assert (first.count("dm-card dm-measure"), second.count("dm-card dm-measure")) == (100, MANY + 2 - 100)
    assert 'rel="next" href="?seite=2&amp;delayed=false#massnahmen"' in first
    assert f"101 bis {MANY + 2} von {MANY + 2}" in second
    for odd in ("0", "-1", "x", "9" * 40, "²"):
        assert app.get("/digitalisierung", query_string={"seite": odd}).status_code == 200
    history = app.get("/digitalisierungsmassnahme/massnahme-0000?seite=2").body
    assert f"101 bis {MANY} von {MANY}" in history
    assert "Stand Nummer 1<" in history
    assert 'rel="next"' not in app.get("/digitalisierung/ratsbezug/").body


def _as(personas: dict[str, str], action: str, **told: Any) -> Any:
    return tk.get_action(action)({"user": personas["coordinator"]}, told)


def _at(answer: Any, path: str) -> Any:
    for name in path.split("/"):
        answer = answer[name]
    return answer
