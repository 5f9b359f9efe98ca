"""What writes datasets past CKAN's actions tells other plugins: hooks inside the change, a signal then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import signals


class Listener(p.SingletonPlugin):
    """A plugin that notes what it hears of datasets."""

    p.implements(p.IPackageController, inherit=True)
    heard: ClassVar[list[tuple[str, str]]] = []

    def edit(self, entity: model.Package) -> None:
        self.heard.append(("edit", entity.name))

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        assert context["package"].id == pkg_dict["id"]
        self.heard.append(("update", f"{pkg_dict['name']} {pkg_dict['status']}"))

    def delete(self, entity: model.Package) -> None:
        self.heard.append(("delete", entity.name))

    def after_dataset_delete(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        self.heard.append(("deleted", context["package"].name))


pytestmark = [
    pytest.mark.with_plugins({"listener": Listener}),
    pytest.mark.usefixtures("with_plugins", "catalogue"),
]


def on_success(action: str, **told: Any) -> None:
    Listener.heard.append(("signal", f"{action} {told['context']['package'].name}"))


@pytest.fixture(autouse=True)
def heard(personas: dict[str, str], make_measure: Callable[..., Any]) -> Iterator[list[tuple[str, str]]]:
    make_measure()
    for action in ("package_update", "package_delete"):
        signals.action_succeeded.connect(on_success, action)
    Listener.heard.clear()
    yield Listener.heard
    for action in ("package_update", "package_delete"):
        signals.action_succeeded.disconnect(on_success, action)


def imported(rows: list[dict[str, Any]], **told: Any) -> dict[str, Any]:
    data = {"content": json.dumps(rows), "filename": "measures.json", "table": "measures", **told}
    return tk.get_action("digitalms_table_import")({"user": "coordinator"}, data)


UPDATED = [("edit", "dms"), ("update", "dms in_progress"), ("signal", "package_update dms")]


def test_a_statement(heard: list[tuple[str, str]]) -> None:
    told = {"id": "dms", "as_of": "2019-09-01", "status": "in_progress"}
    tk.get_action("digitalms_statement_create")({"user": "editor"}, told)
    assert heard == UPDATED
    heard.clear()
    tk.get_action("digitalms_statement_create")({"user": "editor"}, told)
    assert heard == [], "nothing has changed"


def test_an_import_and_its_undoing(heard: list[tuple[str, str]]) -> None:
    change = [{"measure_id": "dms", "status": "in_progress"}]
    preview = imported(change, dry_run=True)
    assert heard == [], "a preview is rolled back"
    done = tk.get_action("digitalms_table_import")({"user": "coordinator"}, {"import_id": preview["id"]})
    assert (done["state"], heard) == ("accepted", UPDATED)
    heard.clear()
    tk.get_action("digitalms_table_import_undo")({"user": "coordinator"}, {"id": done["id"]})
    assert heard == [(kind, text.replace("in_progress", "in_preparation")) for kind, text in UPDATED]


def test_a_deletion_by_an_import(heard: list[tuple[str, str]]) -> None:
    done = imported([{"measure_id": "dms", "action": "delete"}])
    assert done["state"] == "accepted", done
    assert heard == [("delete", "dms"), ("deleted", "dms"), ("signal", "package_delete dms")]


def test_a_redaction(heard: list[tuple[str, str]], personas: dict[str, str]) -> None:
    told = {"text": "Stellen besetzen", "reason": "Zum Versuch"}
    tk.get_action("digitalms_redact")({"user": personas["sysadmin"]}, told)
    assert [kind for kind, _ in heard] == ["edit", "update", "signal"]
