"""What is offered to who writes a measure: a key of the title, and the measures that it may be a part of."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from at_once import at_once, kinds_of
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture
def as_persona(personas: dict[str, str]) -> Any:
    def call(name: str, persona: str, **told: Any) -> Any:
        return tk.get_action(name)({"user": personas[persona]}, told)

    return call


class TestKeyPropose:
    def key(self, as_persona: Any, title: str, persona: str = "editor") -> str:
        return str(as_persona("digitalms_measure_key_propose", persona, title=title)["key"])

    def test_free(self, as_persona: Any) -> None:
        assert self.key(as_persona, "Öffnung der Straßen für Daten") == "oeffnung-strassen-daten"
        assert self.key(as_persona, "🏛️ !!!") == "massnahme"

    def test_taken(self, as_persona: Any, make_measure: Any, office: Any) -> None:
        """By a measure, one that was deleted, or any other dataset."""
        make_measure(name="wlan", title="WLAN")
        make_measure(name="wlan-2", title="WLAN")
        tk.get_action("package_delete")({"ignore_auth": True, "user": ""}, {"id": "wlan-2"})
        tk.get_action("dataset_purge")({"ignore_auth": True, "user": ""}, {"id": "wlan-2"})
        call_action("package_create", name="wlan-3", title="Daten", owner_org=office["id"])
        assert self.key(as_persona, "WLAN") == "wlan-4"

    @pytest.mark.parametrize("title", ["", "   ", "x" * 1001, ["a"], {"a": 1}, "a\0b"])
    def test_no_title(self, as_persona: Any, title: Any) -> None:
        with pytest.raises(tk.ValidationError):
            as_persona("digitalms_measure_key_propose", "editor", title=title)

    @pytest.mark.parametrize("persona", ["anonymous", "stranger"])
    def test_not_for_others(self, as_persona: Any, persona: str) -> None:
        """Whether there is an internal measure of a key is told to nobody else."""
        with pytest.raises(tk.NotAuthorized):
            self.key(as_persona, "DMS", persona)

    @pytest.mark.parametrize("persona", ["editor", "other_editor", "coordinator", "sysadmin"])
    def test_for_authors(self, as_persona: Any, persona: str) -> None:
        assert self.key(as_persona, "DMS", persona) == "dms"


class TestParentList:
    def keys(self, as_persona: Any, persona: str) -> list[str]:
        found = as_persona("digitalms_measure_parent_list", persona)
        assert found["count"] == len(found["results"])
        return [one["measure_id"] for one in found["results"]]

    @pytest.fixture(autouse=True)
    def three(self, make_measure: Any) -> None:
        make_measure(name="a1", title="A", private=True)
        make_measure(name="wlan", title="WLAN")
        make_measure(name="dms", title="DMS")

    def test_editor(self, as_persona: Any) -> None:
        """Also the internal ones of the own office."""
        assert self.keys(as_persona, "editor") == ["a1", "dms", "wlan"]

    def test_other_editor(self, as_persona: Any) -> None:
        assert self.keys(as_persona, "other_editor") == ["dms", "wlan"]

    def test_coordinator(self, as_persona: Any) -> None:
        assert self.keys(as_persona, "coordinator") == ["a1", "dms", "wlan"]

    @pytest.mark.parametrize("persona", ["anonymous", "stranger"])
    def test_not_for_others(self, as_persona: Any, persona: str) -> None:
        with pytest.raises(tk.NotAuthorized):
            self.keys(as_persona, persona)


class TestWithoutAKey:
    def made(self, office: Any, **told: Any) -> dict[str, Any]:
        base = {"type": "digitalisierungsmassnahme", "owner_org": office["id"], "status": "planned"}
        made: dict[str, Any] = call_action("package_create", **base, **told)
        return made

    @pytest.mark.parametrize("told", [{}, {"name": ""}, {"name": "  "}, {"name": None}])
    def test_made_of_the_title(self, office: Any, told: Any) -> None:
        assert self.made(office, title="  Übersicht der  Wege ", **told)["name"] == "uebersicht-wege"

    def test_one_that_is_given(self, office: Any) -> None:
        assert self.made(office, title="Wege", name="w1")["name"] == "w1"
        with pytest.raises(tk.ValidationError) as refused:
            self.made(office, title="Wege", name="w1")
        assert "name" in refused.value.error_dict

    @pytest.mark.parametrize("title", ["", "  ", "\u2003", None])
    def test_without_a_title(self, office: Any, title: Any) -> None:
        """The title is what is missing."""
        with pytest.raises(tk.ValidationError) as refused:
            self.made(office, title=title)
        assert set(refused.value.error_dict) == {"title"}

    def test_five_at_once(self, app: Any, office: Any) -> None:
        """Each gets a key of its own."""
        outcomes = at_once(app, *[lambda: self.made(office, title="Gleicher Titel")["name"]] * 5)
        assert kinds_of(outcomes) == ["done"] * 5
        assert sorted(outcomes) == ["gleicher-titel", *(f"gleicher-titel-{n}" for n in range(2, 6))]

    def test_one_key_at_once(self, app: Any, office: Any) -> None:
        """Of those who chose the same key one gets it, and the others are told."""
        outcomes = at_once(app, *[lambda: self.made(office, title="Wege", name="wege")["name"]] * 3)
        assert sorted(kinds_of(outcomes)) == ["ValidationError", "ValidationError", "done"]
