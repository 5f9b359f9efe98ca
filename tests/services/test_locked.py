"""Who waits for a measure goes on from what was saved meanwhile, and holds nothing that others need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

Call = Callable[[], Any]
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('digitalms:' || :id, 0))"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
SAVED = """
    UPDATE package SET metadata_modified = now() AT TIME ZONE 'UTC', private = :private, title = :title,
        extras = extras || jsonb_build_object('vision', 'Neue Vision') WHERE id = :id
"""


@contextmanager
def waiting(app: Any, package_id: str, call: Call) -> Iterator[Any]:
    """Lock a measure, begin a call in another session, and give the connection once the call waits for it.

    At the end what was written by the connection is committed, and the call has ended without an error.
    """
    ends: list[Any] = []

    def go() -> None:
        with app.flask_app.test_request_context():
            try:
                ends.append(call())
            finally:
                model.Session.remove()

    thread = threading.Thread(target=go)
    with model.meta.engine.connect() as other:
        other.execute(sa.text(LOCK), {"id": package_id})
        thread.start()
        try:
            for _ in range(600):
                thread.join(0.05)
                if not thread.is_alive() or other.scalar(sa.text(WAITING)):
                    break
            assert thread.is_alive(), "it waits"
            yield other
        finally:
            other.commit()
            thread.join(60)
    model.Session.rollback()
    assert len(ends) == 1


def state(**told: Any) -> Any:
    told = {"id": "dms", "statement": "Neue Worte", "as_of": "2019-09-01", **told}
    return tk.get_action("digitalms_statement_create")({"user": "editor"}, told)


def move() -> Any:
    told = {"id": "dms", "organization_id": "anderes-amt"}
    return tk.get_action("package_owner_org_update")({"user": "chef"}, told)


def stored() -> dict[str, Any]:
    context: Any = {"ignore_auth": True, "user": "", "use_cache": False}
    return dict(tk.get_action("package_show")(context, {"id": "dms"}))


def told_of(package_id: str) -> Any:
    return StatementRow.last_of([package_id])[package_id]


@pytest.mark.parametrize("call", [state, move])
def test_what_was_saved_meanwhile_stays(app: Any, make_measure: Callable[..., Any], call: Call) -> None:
    package_id = make_measure(vision="Alte Vision")["id"]
    with waiting(app, package_id, call) as other:
        other.execute(sa.text(SAVED), {"id": package_id, "private": False, "title": "Anders"})
    now = stored()
    assert (now["vision"], now["title"]) == ("Neue Vision", "Anders")
    if call is not state:  # a statement goes on from the Stand before, a save from the dataset
        assert told_of(package_id).measure.vision == "Neue Vision"


def test_a_statement_on_what_was_withdrawn_meanwhile(app: Any, make_measure: Callable[..., Any]) -> None:
    package_id = make_measure()["id"]
    with waiting(app, package_id, state) as other:
        other.execute(sa.text(SAVED), {"id": package_id, "private": True, "title": "Anders"})
    assert stored()["private"]
    assert told_of(package_id).visibility == "internal"
