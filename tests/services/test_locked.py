"""Who waits for a measure goes on from what was saved meanwhile, and holds nothing that others need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

Call = Callable[[], Any]
USER = "editor"
TITLE = "Dokumentenmanagement (DMS)"
HEAD = "Stand: 14.09.2019\n\nMaßnahme und Vision 2022\tRatsvorlagen: Ziele\tPlan / Ist\n"
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


def act(action: str, **told: Any) -> Any:
    return tk.get_action(action)({"user": USER}, told)


def patch() -> Any:
    return act("package_patch", id="dms", notes="Neue Worte")


def patch_stand() -> Any:
    return act("package_patch", id="dms", notes="Neue Worte", as_of="2019-09-01")


def revise() -> Any:
    return act("package_revise", match={"name": "dms"}, update={"notes": "Neue Worte"})


def link() -> Any:
    return act("resource_create", package_id="dms", url="https://example.org/a", name="Plan")


def edit(whole: dict[str, Any]) -> Any:
    """Save a whole record as a script does, without saying what was seen."""
    return act("package_update", **{**whole, "notes": "Neue Worte"})


def report(*titles: str) -> Any:
    """Read a report of measures that are known, and publish it."""
    rows = "".join(f"{title}\tV/0012/2018\tIn Arbeit: Aktenplan\n" for title in titles or [TITLE])
    upload = FileStorage(BytesIO((HEAD + rows).encode()), filename="bericht.md")
    context: Any = {"user": "coordinator"}
    made = tk.get_action("digitalms_report_import_create")(dict(context), {"upload": upload})
    assert all(one["known_as"] for one in made["measures"])
    return tk.get_action("digitalms_report_import_apply")(context, {"id": made["id"]})


def move() -> Any:
    told = {"id": "dms", "organization_id": "anderes-amt"}
    return tk.get_action("package_owner_org_update")({"user": "chef"}, told)


def stored() -> dict[str, Any]:
    context: Any = {"ignore_auth": True, "user": "", "use_cache": False}
    return dict(tk.get_action("package_show")(context, {"id": "dms"}))


def told_of(package_id: str) -> Any:
    return StatementRow.last_of([package_id])[package_id]


@pytest.mark.parametrize("call", [state, move, patch, patch_stand, revise, link, report])
def test_what_was_saved_meanwhile_stays(app: Any, make_measure: Callable[..., Any], call: Call) -> None:
    package_id = make_measure(vision="Alte Vision")["id"]
    with waiting(app, package_id, call) as other:
        other.execute(sa.text(SAVED), {"id": package_id, "private": False, "title": "Anders"})
    now = stored()
    assert (now["vision"], now["title"]) == ("Neue Vision", "Anders")
    if call is not state:  # a statement goes on from the Stand before, a save from the dataset
        told = told_of(package_id).measure
        assert (told.vision, told.title) == ("Neue Vision", "Anders")


def test_a_statement_on_what_was_withdrawn_meanwhile(app: Any, make_measure: Callable[..., Any]) -> None:
    package_id = make_measure()["id"]
    with waiting(app, package_id, state) as other:
        other.execute(sa.text(SAVED), {"id": package_id, "private": True, "title": "Anders"})
    assert stored()["private"]
    assert told_of(package_id).visibility == "internal"


def test_a_whole_record_is_saved_whole(app: Any, make_measure: Callable[..., Any]) -> None:
    """What the session has read before is no mixture with what somebody else saved meanwhile."""
    whole = make_measure(vision="Alte Vision")
    with waiting(app, whole["id"], lambda: edit(whole)) as other:
        other.execute(sa.text(SAVED), {"id": whole["id"], "private": False, "title": "Anders"})
    now, told = stored(), told_of(whole["id"]).measure
    assert (now["vision"], now["title"]) == (told.vision, told.title) == ("Alte Vision", whole["title"])


@pytest.mark.parametrize("call", [state, move, patch, patch_stand, revise, link, report])
def test_who_waits_holds_no_row(app: Any, make_measure: Callable[..., Any], call: Call) -> None:
    """Others who have the measure need its row next: two would wait for each other."""
    package_id = make_measure()["id"]
    with waiting(app, package_id, call) as other:
        row = sa.text("SELECT 1 FROM package WHERE id = :id FOR UPDATE NOWAIT")
        assert other.scalar(row, {"id": package_id}) == 1


def test_a_report_locks_all_before_it_writes(app: Any, make_measure: Callable[..., Any]) -> None:
    """In the order of the ids, whatever the report's is."""
    measures = [make_measure(), make_measure(name="wlan", title="WLAN")]
    first, last = sorted(measures, key=lambda one: one["id"])
    with waiting(app, last["id"], lambda: report(last["title"], first["title"])) as other:
        row = sa.text("SELECT 1 FROM package WHERE id = :id FOR UPDATE NOWAIT")
        assert [other.scalar(row, {"id": one["id"]}) for one in measures] == [1, 1]
        lock = sa.text(LOCK.replace("pg_advisory", "pg_try_advisory"))
        assert other.scalar(lock, {"id": first["id"]}) is False, "it has this one"


@pytest.mark.parametrize("call", [patch, patch_stand, revise, link])
def test_strangers_wait_for_nothing(
    app: Any, make_measure: Callable[..., Any], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights come before locks."""
    package_id = make_measure()["id"]
    with model.meta.engine.connect() as other:
        other.execute(sa.text(LOCK), {"id": package_id})
        monkeypatch.setitem(globals(), "USER", "fremde")
        with app.flask_app.test_request_context():
            model.Session.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            with pytest.raises(tk.NotAuthorized):
                call()


def test_a_redaction_holds_no_report_while_one_is_frozen(
    app: Any, tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who freezes a report has the lock of all before its row; the other way round one of both is ended."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    chef: Any = {"user": "chef"}
    told = {"title": "Bericht von Erika Muster", "as_of": "2019-03-14"}
    name = tk.get_action("digitalms_report_create")(dict(chef), told)["name"]

    def redact() -> Any:
        return tk.get_action("digitalms_redact")(dict(chef), {"text": "Erika Muster", "reason": "Name"})

    with waiting(app, "reports", redact) as other:
        held = sa.text("SELECT 1 FROM digitalms_report WHERE name = :name FOR UPDATE NOWAIT")
        assert other.scalar(held, {"name": name}) == 1
    shown = tk.get_action("digitalms_report_show")(dict(chef), {"id": name})
    assert "Erika Muster" not in shown["title"]
