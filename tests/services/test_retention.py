"""What came in ends after a time; what is published, cited, waits or is a source does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from click.testing import CliRunner

from ckanext.digitalms.cli import digitalms
from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import (
    CoverageEdition,
    Delivery,
    HarvestFinding,
    HarvestNotice,
    HarvestQuestion,
    Release,
    ReportImport,
)
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.services.operation import retention

NOW = datetime.now(UTC)


def days_ago(days):
    return NOW - timedelta(days=days)


def delivery(name, days, state, kind="progress", **more):
    model.Session.add(
        Delivery(
            id=name,
            kind=kind,
            filename=name,
            content=b"x",
            sha256="",
            size=1,
            state=state,
            received_at=days_ago(days),
            finished_at=days_ago(days),
            **more,
        )
    )


@pytest.fixture
def held(catalogue, make_sources, office):
    """Something of everything: old enough, not old enough, and old but needed."""
    name = make_sources(2, office["id"])[-1]
    source = model.Package.get(name).id
    _deliveries(source)
    _versions()
    _reports()
    _of_source(source)
    model.repo.commit()
    dataset = factories.Dataset(owner_org=office["id"], private=True)
    extras = "jsonb_build_object('digitalms_draft', 'draft-kept')"
    kept = sa.text(f"UPDATE package SET extras = {extras} WHERE id = :id")
    model.Session.execute(kept, {"id": dataset["id"]})
    model.repo.commit()


def _deliveries(source):
    delivery("preview-old", 15, "received", "table")
    delivery("preview-new", 13, "received", "table")
    delivery("draft-old", 181, "received", "dataset")
    delivery("draft-kept", 181, "received", "dataset")
    delivery("draft-new", 179, "received", "dataset")
    delivery("refused-old", 366, "refused")
    delivery("refused-new", 364, "refused")
    delivery("refused-newest-of-source", 366, "refused", source_id=source)
    delivery("waiting", 999, "waiting")
    delivery("accepted-old", 366, "accepted")
    delivery("accepted-new", 364, "accepted")
    delivery("undone-old", 366, "undone", "table")
    delivery("edition", 366, "unchanged", "coverage")
    edition = {"edition": "2019-06", "customer": "private", "base": "households", "direction": "down"}
    more = {"area_type": "municipality", "source": "x", "series": [], "content_hash": ""}
    model.Session.add(CoverageEdition(edition_id="e", delivery_id="edition", **edition, **more))


def _versions():
    for name, state, cited in (
        ("shown", "current", {}),
        ("cited", "former", {"cited": "V/1/2027"}),
        ("bare", "former", {}),
    ):
        delivery(f"version-{name}", 366, "accepted", "dataset", about={"release_id": name})
        told = {"content_hash": "", "state": state, "manifest": {"notes": [], **cited}}
        model.Session.add(Release(release_id=name, group=f"own:{name}", **told))


def _reports():
    for name, days, state in (
        ("report-old", 181, "draft"),
        ("report-new", 179, "draft"),
        ("report-applied", 366, "applied"),
    ):
        told = {"filename": name, "content": b"x", "sha256": "", "proposal": {}, "state": state}
        model.Session.add(ReportImport(id=name, created_at=days_ago(days), applied_at=days_ago(days), **told))


def _of_source(source):
    query = sa.text("SELECT id FROM harvest_job WHERE source_id = :id ORDER BY created")
    jobs = model.Session.execute(query, {"id": source}).scalars().all()
    for job in (jobs[0], jobs[-1]):
        told = {"cause": "x", "message": {}, "created_at": days_ago(181)}
        model.Session.add(HarvestFinding(source_id=source, job_id=job, **told))
    for name, days in (("a", 366), ("b", 364)):
        model.Session.add(HarvestNotice(source_id=source, kind=name, recipient="x", tried_at=days_ago(days)))
    for state, days in (("waiting", 999), ("confirmed", 366), ("rejected", 364)):
        told = {"present": 1, "vanishing": [], "state": state, "asked_at": days_ago(days)}
        model.Session.add(HarvestQuestion(source_id=source, decided_at=days_ago(days), **told))


def ids(kind):
    return {str(one) for one in model.Session.scalars(sa.select(kind.id))}


def test_what_goes_and_what_stays(held):
    before = ids(Delivery)
    assert sum(count for _, count in retention.tidy(dry_run=True)) == 11
    assert ids(Delivery) == before
    assert sum(count for _, count in retention.tidy()) == 11
    assert before - ids(Delivery) == {"preview-old", "draft-old", "refused-old"}
    empty = {d.id for d in model.Session.scalars(sa.select(Delivery)) if not d.content}
    assert empty == {"accepted-old", "undone-old", "version-bare"}
    assert model.Session.get(Delivery, "accepted-old").about["file_ended_on"]
    assert ids(ReportImport) == {"report-new", "report-applied"}
    assert model.Session.get(ReportImport, "report-applied").content == b""
    assert len(ids(HarvestFinding)) == 1
    assert {n.kind for n in model.Session.scalars(sa.select(HarvestNotice))} == {"b"}
    assert {q.state for q in model.Session.scalars(sa.select(HarvestQuestion))} == {"waiting", "rejected"}
    assert retention.tidy() == []


def test_nothing_ends_where_the_option_is_0(held, ckan_config, monkeypatch):
    for rule in retention.RULES:
        monkeypatch.setitem(ckan_config, f"ckanext.digitalms.retention.{rule.name}_days", 0)
    assert retention.tidy() == []


def test_command_and_daily_run(held, tmp_path, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    told = CliRunner().invoke(digitalms, ["tidy", "--dry-run"])
    assert told.exit_code == 0, told.output
    assert "would go: previews" in told.output
    assert "preview-old" in ids(Delivery)
    told = CliRunner().invoke(digitalms, ["tidy"])
    assert "removed: previews" in told.output
    assert "preview-old" not in ids(Delivery)
    assert tk.config["ckanext.digitalms.retention.previews_days"] == 14


def test_the_daily_run_ends_what_is_due_while_a_table_is_refused(held, tmp_path, ckan_config, monkeypatch):
    """A fault that repeats for weeks keeps nobody's data any longer."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    refused = releases.Outcome("refused", None, (Message("steps: row 3 is wrong"),))
    monkeypatch.setattr(releases, "publish_all", lambda: refused)
    # what is held here has no files
    monkeypatch.setattr(releases, "recover", lambda: None)
    told = CliRunner().invoke(digitalms, ["publish"])
    assert told.exit_code == 1
    assert "refused: the former release stays" in told.output
    assert "removed: previews" in told.output
    assert "preview-old" not in ids(Delivery)
