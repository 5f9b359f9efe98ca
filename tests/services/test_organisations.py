"""A renamed organisation keeps its measures; statements name it by its id, and what was written stays."""

from __future__ import annotations

import importlib
import threading
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.jobs import get_queue
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import OrganisationName, StatementRow
from ckanext.digitalms.publishing import custom_tables, datasets, snapshot, trigger
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.access import rights
from ckanext.digitalms.services.operation import consistency

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

MIGRATION = importlib.import_module("ckanext.digitalms.migration.digitalms.versions.007_organisation_names")


def listed(**told: Any) -> list[str]:
    found = call_action("digitalms_measure_list", **told)["results"]
    return [measure["organisation"] for measure in found]


def as_before(package_id: str, name: str) -> None:
    """Let the statements of a measure name the organisation by its name, as they did."""
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE digitalms_statement DISABLE TRIGGER USER"))
        update = (
            "UPDATE digitalms_statement SET content = jsonb_set(content, '{organisation}', to_jsonb(:name "
            "::text)) WHERE package_id = :id"
        ).replace("::text", "\\:\\:text")
        connection.execute(sa.text(update), {"name": name, "id": package_id})
        connection.execute(sa.text("ALTER TABLE digitalms_statement ENABLE TRIGGER USER"))


def upgrade() -> None:
    with model.meta.engine.begin() as connection:
        for command in (MIGRATION._OF_TODAY, MIGRATION._OF_BEFORE):
            connection.execute(sa.text(command))


def test_a_renamed_organisation(make_measure, office, personas):
    """Lists by the new name, the old one and the id; nothing disagrees; no statement is written."""
    measure = make_measure()
    (row,) = model.Session.scalars(sa.select(StatementRow)).all()
    assert row.content["organisation"] == office["id"]
    call_action("organization_patch", id=office["id"], name="citeq-neu")
    for told in ("citeq-neu", "citeq", office["id"]):
        assert listed(organisation=told) == ["citeq-neu"], told
    assert listed(organisation="gibt-es-nicht") == []
    assert listed(cut_off_date="2019-04-01") == ["citeq-neu"]
    assert [measure["organisation"] for measure in snapshot.source().measures] == ["citeq-neu"]
    organisations.reindex(office["id"])
    assert [str(problem) for problem in consistency.problems()] == []
    assert call_action("package_search", fq="organization:citeq-neu")["count"] == 1
    call_action("package_patch", id=measure["id"], contact_name="Leitung")
    assert model.Session.scalar(sa.select(sa.func.count(StatementRow.statement_id))) == 1
    # a table that was downloaded before the rename changes nothing
    told = {"table": "measures", "content": '[{"measure_id": "dms", "organisation": "citeq"}]'}
    done = tk.get_action("digitalms_table_import")({"user": personas["coordinator"]}, told)
    assert (done["state"], [one["message"] for one in done["findings"]]) == ("unchanged", [])


def test_a_new_title_follows_in_the_search(make_measure, office):
    """What the search shows and finds of an organisation is written again, as a job."""
    make_measure()
    call_action("organization_patch", id=office["id"], title="Amt für Zebras")
    get_queue().empty()
    # publishing is asked for again as well, once the mark of an earlier test has ended
    connect_to_redis().delete(trigger._key())
    call_action("organization_patch", id=office["id"], title="Amt für Tapire")
    (job,) = (one for one in get_queue().jobs if one.func is organisations.reindex)
    job.func(*job.args)
    found = call_action("digitalms_search", q="Tapire")["results"]
    assert [(one["name"], one["organisation"]) for one in found] == [("dms", "Amt für Tapire")]


def test_statements_of_before(make_measure, office):
    """They hold the name: at the upgrade it is noted whose it was, also of one that was renamed by then."""
    first, second = make_measure(), make_measure(name="dms-2")
    as_before(first["id"], "citeq")
    as_before(second["id"], "citeq-ganz-alt")
    upgrade()
    assert listed() == ["citeq", "citeq"]
    call_action("organization_patch", id=office["id"], name="citeq-neu")
    factories.Organization(name="citeq")
    assert listed() == listed(organisation="citeq-neu") == ["citeq-neu", "citeq-neu"]
    assert listed(organisation="citeq") == []
    assert list(consistency._datasets()) == []
    call_action("package_patch", id=first["id"], contact_name="Leitung")
    assert model.Session.scalar(sa.select(sa.func.count(StatementRow.statement_id))) == 2


def test_an_organisation_that_is_no_more(make_measure, office):
    """At earlier days its last name is told."""
    make_measure()
    other = factories.Organization(name="anderes")
    call_action("package_owner_org_update", id="dms", organization_id=other["id"])
    call_action("organization_purge", id=office["id"])
    kept = model.Session.get(OrganisationName, "citeq")
    assert kept.organisation_id == office["id"]
    (row, _) = model.Session.scalars(sa.select(StatementRow).order_by(StatementRow.statement_id)).all()
    assert row.read().content["organisation"] == "citeq"


def test_nothing_is_published_into_a_deleted_organisation(personas, tmp_path, ckan_config, monkeypatch):
    """It is told; the draft stays and is published in another one."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    told = {"content": "AGS;Wert\n05515000;1\n", "filename": "wert.csv", "organisation": "citeq"}
    one = call_action("digitalms_dataset_draft_create", **told)["id"]
    save = custom_tables.save

    def deleted_before(*args: Any) -> Any:
        with model.meta.engine.begin() as other:
            other.execute(sa.text("UPDATE \"group\" SET state = 'deleted' WHERE name = 'citeq'"))
        return save(*args)

    with monkeypatch.context() as patch:
        patch.setattr(custom_tables, "save", deleted_before)
        with pytest.raises(tk.ValidationError, match="The organisation was deleted"):
            call_action("digitalms_dataset_publish", id=one)
    with pytest.raises(tk.ValidationError, match="needs an organisation"):
        call_action("digitalms_dataset_publish", id=one)
    call_action("digitalms_dataset_draft_update", id=one, organisation="anderes-amt")
    assert call_action("digitalms_dataset_publish", id=one)["change"] == "published"


def test_an_organisation_is_not_deleted_while_something_is_published_into_it(office):
    """Whoever publishes holds its row; the deletion waits, and then sees what was published."""
    told: list[Any] = []

    def delete() -> None:
        try:
            call_action("organization_delete", id=office["id"])
        except tk.ValidationError as refused:
            told.append(str(refused))
        finally:
            model.Session.remove()

    custom_tables.check_organisation(office["id"])
    thread = threading.Thread(target=delete)
    thread.start()
    thread.join(1)
    assert thread.is_alive()
    factories.Dataset(owner_org=office["id"])
    model.Session.commit()
    thread.join(30)
    assert "while it still has datasets" in told[0]


def test_an_earlier_moment_shows_nothing_that_is_private_now(make_measure):
    """What was public when it was known, and is no more, is in no list."""
    measure = make_measure()
    before = StatementRow.of_package(measure["id"])[0].recorded_at.isoformat()
    assert call_action("digitalms_measure_list", known_at=before)["count"] == 1
    call_action("package_patch", id=measure["id"], private=True)
    assert call_action("digitalms_measure_list", known_at=before)["count"] == 0
    with pytest.raises(tk.ObjectNotFound):
        call_action("digitalms_measure_history", id="dms", known_at=before)


def test_the_coordinators_keep_their_role_under_another_name(personas, make_measure):
    """Who has renamed their organisation goes on, publishes there, and nobody else takes the name."""
    make_measure()
    ours = {"user": personas["coordinator"]}
    call_action("organization_patch", id="opendata", name="daten-und-statistik")
    assert rights.is_coordinator(personas["coordinator"])
    assert not rights.is_coordinator(personas["editor"])
    tk.get_action("package_patch")(dict(ours), {"id": "dms", "status": "in_progress"})
    assert datasets.prepare() == model.Group.get("daten-und-statistik").id
    assert model.Group.get("opendata") is None
    for action, told in (("organization_create", {}), ("organization_patch", {"id": "citeq"})):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action(action)({"user": personas["editor"]}, {**told, "name": "opendata"})
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("organization_create")(dict(ours), {"name": "opendata"})
    call_action("organization_patch", id="daten-und-statistik", name="opendata")
    assert rights.is_coordinator(personas["coordinator"])
