"""Locks are taken in one order, one for each group; whoever waits too long is told, and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from at_once import at_once, kinds_of
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.digitalms.logic.action import delivery as delivery_actions
from ckanext.digitalms.publishing import custom_tables, releases
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.deliveries import delivery_create
from ckanext.digitalms.services.imports import preview as import_preview

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

# the order that is written down in the module
RANKS = [
    ("digitalms-harvest", 1),
    (locks.TABLE_IMPORT, 2),
    (f"{locks.PUBLISH}:", 4),
    (locks.PUBLISH, 3),
    (locks.OWN_NAMES, 5),
    (locks.COVERAGE, 6),
    (locks.MEASURE_KEYS, 7),
    (locks.REPORTS, 9),
]
MEASURES = 8


@contextmanager
def watched() -> Iterator[list[int]]:
    """Check the order of the locks that are held, and return all that were taken."""
    held: list[tuple[int, Any, bool]] = []
    taken: list[int] = []

    def rank(values: Any) -> int:
        name = str(values.get("name", ""))
        return next((number for known, number in RANKS if name.startswith(known)), MEASURES)

    def asked(conn: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if "pg_advisory_unlock_all" in statement:
            held[:] = [one for one in held if one[1] is not conn.connection.dbapi_connection]
        elif "advisory" in statement:
            number = rank(values)
            assert number >= max((one[0] for one in held), default=0), (statement, values, held)
            held.append((number, conn.connection.dbapi_connection, "xact" in statement))
            taken.append(number)

    def ended(conn: Any) -> None:
        held[:] = [one for one in held if not (one[2] and one[1] is conn.connection.dbapi_connection)]

    engine = model.meta.engine
    events = (("before_cursor_execute", asked), ("commit", ended), ("rollback", ended))
    for name, listener in events:
        sa.event.listen(engine, name, listener)
    try:
        yield taken
    finally:
        for name, listener in events:
            sa.event.remove(engine, name, listener)


@contextmanager
def held_elsewhere(name: str) -> Iterator[None]:
    with model.meta.engine.connect() as other:
        other.execute(sa.text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
        try:
            yield
        finally:
            other.execute(sa.text("SELECT pg_advisory_unlock_all()"))


@pytest.fixture
def impatient() -> Iterator[None]:
    token = locks._seconds.set(1)
    yield
    locks._seconds.reset(token)


def draft(**told: Any) -> str:
    told = {"content": "AGS;Wert\n05515000;1\n", "filename": "wert.csv", "organisation": "citeq", **told}
    return str(call_action("digitalms_dataset_draft_create", **told)["id"])


def publish(draft_id: str) -> Any:
    return call_action("digitalms_dataset_publish", id=draft_id)


def test_one_order_and_a_sentence(personas, make_measure, releases_here, impatient):
    """Publishing, deleting, importing: always in the order of the module. Who waits too long is told."""
    with watched() as taken:
        make_measure()
        make_measure(name="dms-2")
        first, second = publish(draft()), publish(draft(name="andere"))
        table = '[{"measure_id": "dms", "title": "Neu"}, {"measure_id": "dms-2", "title": "Neu"}]'
        context = {"user": personas["coordinator"]}
        tk.get_action("digitalms_table_import")(context, {"table": "measures", "content": table})
        releases.recover()
        call_action("package_delete", id=first["id"])
        call_action("dataset_purge", id=first["id"])
    assert {2, 3, 4, 5, MEASURES} <= set(taken)
    one = draft(content="AGS;Wert\n05515000;2\n", dataset=second["name"])
    for name in (f"{locks.PUBLISH}:{custom_tables.group_of(second['id'])}", locks.PUBLISH):
        with held_elsewhere(name):
            for refused in (
                lambda: publish(one),
                lambda: call_action("package_delete", id=second["id"]),
            ):
                with pytest.raises(locks.BusyError, match="Somebody is publishing"):
                    refused()
    with held_elsewhere(f"{locks.PUBLISH}:measures"):
        assert publish(one)["change"] == "published"


def test_each_group_by_itself(impatient):
    """Two groups are published at once; what is for all waits for both."""
    with locks.publishing("a"):
        with locks.publishing("b"):
            pass
        with pytest.raises(locks.BusyError), locks.all_publishing():
            pass
        with pytest.raises(locks.BusyError), locks.publishing("a"):
            pass
    with locks.all_publishing(), pytest.raises(locks.BusyError), locks.publishing("c"):
        pass
    with model.meta.engine.connect() as connection:
        assert connection.execute(sa.text("SHOW lock_timeout")).scalar() == "0"
        kept = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        assert connection.execute(sa.text(kept)).scalar() == 0


def test_a_job_waits_longer():
    assert locks._seconds.get() == locks.SECONDS_OF_A_REQUEST
    with locks.patiently():
        assert locks._seconds.get() == locks.SECONDS_OF_A_JOB


def test_opposite_orders_do_not_wait_for_each_other(app):
    """Two that change the same measures, each named the other way round."""
    calls = [partial(locks.measures, ids) for ids in (["a", "b"], ["b", "a"])]
    assert kinds_of(at_once(app, *calls, within=30)) == ["done", "done"]


def test_a_preview_keeps_nobody_from_writing(make_measure, personas, monkeypatch):
    """Neither the lock of a measure nor its row is kept, while others of the same file are looked at."""
    ids = [make_measure(name=name)["id"] for name in ("dms", "dms-2")]
    looked: list[bool] = []
    write = import_preview.Writer._write

    def after(self: Any, group: Any) -> None:
        if looked or group[0].measure_id == "dms-2":
            with model.meta.engine.connect() as other:
                for package_id in ids[:1]:
                    query = "SELECT pg_try_advisory_xact_lock(hashtextextended('digitalms:' || :id, 0))"
                    looked.append(bool(other.execute(sa.text(query), {"id": package_id}).scalar()))
                    row = "SELECT 1 FROM package WHERE id = :id FOR UPDATE NOWAIT"
                    looked.append(other.execute(sa.text(row), {"id": package_id}).scalar() == 1)
        write(self, group)

    monkeypatch.setattr(import_preview.Writer, "_write", after)
    table = '[{"measure_id": "dms", "title": "Neu"}, {"measure_id": "dms-2", "title": "Neu"}]'
    told = {"table": "measures", "content": table, "dry_run": True}
    preview = tk.get_action("digitalms_table_import")({"user": personas["coordinator"]}, told)
    assert looked == [True, True]
    assert preview["counts"]["changed"] == 2
    monkeypatch.undo()
    done = tk.get_action("digitalms_table_import")(
        {"user": personas["coordinator"]}, {"import_id": preview["id"]}
    )
    assert done["state"] == "accepted"
    assert {call_action("package_show", id=one)["title"] for one in ids} == {"Neu"}


def test_two_who_confirm_one_delivery(personas):
    """The second waits for the first and is told."""
    delivery = delivery_create("progress", "a.csv", b"a;b\n1;2\n", user_id=None)
    delivery_id = delivery.id
    model.repo.commit()
    told: list[Any] = []

    def second() -> None:
        try:
            delivery_actions._earlier({"delivery_id": delivery_id})
        except tk.ValidationError as refused:
            told.append(refused.error_dict["delivery_id"][0])
        finally:
            model.Session.remove()

    with model.meta.engine.connect() as first:
        row = "SELECT 1 FROM digitalms_delivery WHERE id = :id FOR UPDATE"
        first.execute(sa.text(row), {"id": delivery_id})
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
        done = "UPDATE digitalms_delivery SET state = 'accepted' WHERE id = :id"
        first.execute(sa.text(done), {"id": delivery_id})
        first.commit()
    thread.join(30)
    assert "finished already" in told[0]


@pytest.fixture
def releases_here(tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
