"""Publishing by itself: every public change asks for a job, once."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import jobs
from ckanext import digitalms

from ckanext.digitalms.publishing import releases, trigger
from ckanext.digitalms.services import locks
from ckanext.digitalms.shared import StatementInput, apply_statements


@pytest.fixture
def requests(releases_at, monkeypatch):
    """What was asked for, in order."""
    asked = []
    monkeypatch.setattr(trigger, "request", lambda: asked.append(True))
    return asked


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


def test_every_way_to_change_something_public(requests, make_measure):
    """Creating, editing, stating, importing, hiding, deleting: one request each."""
    make_measure()
    assert len(requests) == 1
    act("package_patch", id="dms", title="Neu", as_of="2019-03-15")
    assert len(requests) == 2
    act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
    assert len(requests) == 3
    apply_statements({"ignore_auth": True, "user": ""}, [StatementInput("dms", statement="von der Quelle")])
    assert len(requests) == 4
    act("package_patch", id="dms", private=True)
    assert len(requests) == 5
    act("package_patch", id="dms", private=False)
    assert len(requests) == 6
    act("package_delete", id="dms")
    assert len(requests) == 7


def test_what_is_not_public_asks_for_nothing(requests, make_measure):
    """Private measures, equal content and other datasets."""
    make_measure(private=True)
    act("package_patch", id="dms", title="Neu")
    assert requests == []


def test_what_is_rolled_back_asks_for_nothing(requests, make_measure):
    make_measure()
    requests.clear()
    inputs = [StatementInput("dms", statement="neu"), StatementInput("gibt-es-nicht")]
    with pytest.raises(tk.ValidationError):
        apply_statements({"ignore_auth": True, "user": ""}, inputs)
    model.Session.rollback()
    assert requests == []


def test_several_changes_wait_for_one_job(releases_at, make_measure, open_data, monkeypatch):
    """The job is queued once, publishes all, and then the next change queues the next."""
    queued = []
    monkeypatch.setattr(tk, "enqueue_job", lambda job, **told: queued.append(job))
    trigger.connect_to_redis().delete(trigger._key())
    make_measure()
    act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
    assert queued == [trigger.run]
    queued[0]()
    assert releases.current() is not None
    act("digitalms_statement_create", id="dms", as_of="2019-06-02", statement="neuer")
    assert len(queued) == 2


def test_it_can_be_switched_off(releases_at, make_measure, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.publish_on_change", False)
    monkeypatch.setattr(tk, "enqueue_job", lambda *_, **__: pytest.fail("queued"))
    # else nothing would be queued because something waits
    trigger.connect_to_redis().delete(trigger._key())
    make_measure()


def test_a_job_may_wait_and_then_work(ckan_config, monkeypatch):
    """The worker ends no job of ours that still waits for a backup; an owner may give more time, not less."""
    trigger.connect_to_redis().delete(trigger._key())
    jobs.get_queue().empty()
    trigger.request()
    [job] = jobs.get_queue().jobs
    assert job.timeout >= locks.SECONDS_OF_A_JOB + 600
    for owners, told in ((100_000, 100_000), (-1, -1), (10, job.timeout)):
        trigger.connect_to_redis().delete(trigger._key())
        jobs.get_queue().empty()
        monkeypatch.setitem(ckan_config, "ckan.jobs.timeout", owners)
        trigger.request()
        assert [one.timeout for one in jobs.get_queue().jobs] == [told]


def test_every_job_is_queued_in_one_place():
    """So none has the three minutes of `ckan.jobs.timeout`."""
    root = Path(digitalms.__path__[0])
    words = ("enqueue_job(", "enqueue_in(", "enqueue_at(", "enqueue_call(", "jobs.enqueue(")
    found = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if any(word in path.read_text("utf-8") for word in words)
    ]
    assert found == ["services/background.py"]


def test_who_waited_in_vain_asks_again(requests, monkeypatch):
    """A backup took longer: what was to be published is not forgotten until the next change."""

    def busy():
        raise locks.BusyError

    monkeypatch.setattr(releases, "publish_all", busy)
    trigger.run()
    assert requests == [True]
