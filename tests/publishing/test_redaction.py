"""A blanked value is in no release any more and does not come back; what was done stays visible."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import ckan.plugins.toolkit as tk
import duckdb
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from openpyxl import load_workbook

from ckanext.digitalms import config
from ckanext.digitalms.model import Delivery, InternalNote, Redaction, ReportImport, StatementRow
from ckanext.digitalms.publishing import datastore, releases
from ckanext.digitalms.search import index
from ckanext.digitalms.services.operation import consistency
from ckanext.digitalms.services.redaction import text_columns
from ckanext.digitalms.services.redaction.blanking import Blanker

SECRET = 'Frau Müller "ist" krank;\nzweite Zeile'


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


def redact(**values):
    return act("digitalms_redact", reason="Person", **values)


def in_files(folder):
    """Names of files that hold the name in any form: packed, of cells, of a workbook too."""
    return sorted(p.name for p in folder.rglob("*") if p.is_file() and "Müller" in shown(p))


def shown(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    if path.suffix == ".parquet":
        return str(duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall())
    if path.suffix == ".xlsx":
        book = load_workbook(path, read_only=True)
        return str([list(sheet.values) for sheet in book])
    return path.read_bytes().decode("utf-8-sig")


def in_databases(text="Müller"):
    """Columns of both databases in which the text stands, machine names and accounts among them."""
    model.Session.rollback()
    found = text_columns.Found()
    blanker = Blanker(text, "x")
    text_columns.blank(model.Session.connection(), blanker, lambda table, row: True, found)
    with datastore.opened(is_kept=False) as connection:
        text_columns.blank(connection, blanker, lambda table, row: True, found)
    rows = model.Session.scalars(sa.select(sa.cast(StatementRow.content, sa.Text))).all()
    model.Session.rollback()
    return [*found.places, *found.left, *("statement" for row in rows if text in row)]


@pytest.fixture
def told(once_published, make_measure, open_data):
    """Two releases that both tell the secret, the second one beside something newer."""

    def make():
        measure = make_measure(statement=SECRET, steps=[{"state": "pending", "text": SECRET}])
        releases.publish()
        act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="harmlos")
        releases.publish()
        return measure["id"]

    return StatementRow.of_package(once_published("a secret in two releases", make))


@pytest.mark.parametrize("which", [0, -1])
def test_one_call_blanks_all(told, releases_at, assert_whole, app, which):
    """Of the older or the newer statement: files, hashes, DataStore, resources, history, and what follows."""
    assert len(in_files(releases_at)) >= 8
    before = {release.release_id: release.content_hash for release in releases.finished()}
    done = redact(statement_id=told[which].statement_id, path="steps.0.text")
    assert in_files(releases_at) == []
    assert in_databases() == []
    rows = assert_whole()
    assert f"[geschwärzt am {config.today():%d.%m.%Y}]" in rows["steps"][0]["text"]
    assert rows["status_series"][1]["statement"] == "harmlos"
    for release in releases.finished():
        assert release.content_hash != before[release.release_id]
        assert release.manifest["notes"][0]["reason"] == "Person"
        assert releases.all_folders().is_complete(release.manifest)
        package = json.loads((releases_at / release.manifest["folder"] / "datapackage.json").read_bytes())
        assert package["notes"][0]["change"] == "blanked"
    assert done["count"] >= 6
    assert {place["place"] for place in done["places"]} >= {"digitalms_statement.content", "package.extras"}
    assert {one["release_id"] for one in done["releases"]} == set(before)
    assert done["left"] == []
    # nothing brings it back
    assert releases.publish().change == "unchanged"
    index.repair()
    assert [str(problem) for problem in consistency.problems()] == []
    for address in (
        "/digitalisierungsmassnahme/dms",
        "/digitalisierungsmassnahme/dms?stichtag=2019-04-01",
        "/digitalisierung/daten/steps/",
        "/api/action/digitalms_measure_history?id=dms",
        "/api/action/digitalms_measure_show?id=dms&cut_off_date=2019-04-01",
        "/api/action/package_show?id=dms",
        "/api/action/package_search?q=krank",
    ):
        body = app.get(address).body
        assert "Müller" not in body, address
        assert "M\\u00fcller" not in body, address
    assert call_action("package_search", q="krank")["count"] == 0
    assert call_action("package_autocomplete", q="krank") == []
    assert "Person" in app.get("/digitalisierung/daten/steps/").body
    logged = model.Session.scalars(sa.select(Redaction)).all()
    assert {row.statement_id for row in logged} == {row.statement_id for row in told}


def test_another_measure_keeps_the_same_words(releases_at, make_measure, open_data, assert_whole):
    """Only what is of the measure is blanked, also where another one names it; a text without it is blanked
    in both."""
    measure = make_measure(statement="gleich")
    make_measure(name="zwei", statement="gleich", parent_id="dms")
    releases.publish()
    statement = StatementRow.of_package(measure["id"])[0]
    redact(statement_id=statement.statement_id, path="statement")
    series = {row["measure_id"]: row["statement"] for row in assert_whole()["status_series"]}
    assert series["zwei"] == "gleich"
    assert series["dms"].startswith("[")
    assert act("package_show", id="zwei")["statement"] == "gleich"
    redact(text="gleich")
    assert {row["statement"][:5] for row in assert_whole()["status_series"]} == {"[gesc"}
    assert act("package_show", id="zwei")["statement"].startswith("[")


@pytest.mark.parametrize("stage", ["finish", "commit"])
def test_a_crash_is_finished_or_undone_by_the_next_start(told, releases_at, assert_whole, monkeypatch, stage):
    """Killed before the commit, nothing has changed; killed after it, the next run finishes."""
    files = in_files(releases_at)
    with monkeypatch.context() as patch:
        if stage == "commit":
            patch.setattr("ckan.model.repo.commit", killed)
        else:
            patch.setattr("ckanext.digitalms.services.redaction.texts._follow", killed)
        with pytest.raises(KeyboardInterrupt):
            redact(text="Frau Müller")
    model.Session.rollback()
    releases.recover()
    index.repair()
    assert in_files(releases_at) == (files if stage == "commit" else [])
    assert_whole()
    assert bool(in_databases()) == (stage == "commit")
    assert ("Müller" in str(call_action("package_search", q="name:dms"))) == (stage == "commit")


def killed(*args, **kwargs):
    raise KeyboardInterrupt


def test_whatever_else_holds_it(told, personas, releases_at):
    """Deliveries, drafts, previews, report imports, notes, keywords, organisations; but no account."""
    act("package_patch", id="dms", tag_string="Müller,Rat", as_of="2019-06-02")
    act("organization_patch", id="citeq", description="Leitung: Frau Müller")
    act("digitalms_internal_note_create", id="dms", text="Frau Müller fragen")
    csv = "measure_id;as_of;statement\ndms;2019-07-01;Frau Müller kommt wieder\n"
    told_table = '[{"measure_id": "dms", "title": "DMS von Frau Müller"}]'
    user = {"user": personas["coordinator"]}
    tk.get_action("digitalms_table_import")(
        user, {"table": "measures", "content": told_table, "dry_run": True}
    )
    model.Session.add(
        Delivery(kind="progress", filename="a.csv", content=csv.encode("cp1252"), sha256="", size=1)
    )
    model.Session.add(
        ReportImport(filename="b.html", content=csv.encode(), sha256="", proposal={"a": "Frau Müller"})
    )
    model.repo.commit()
    act("user_patch", id=personas["stranger"], fullname="Beate Müller")
    done = redact(text="Müller")
    assert in_databases() == ["user.fullname"]
    assert done["left"] == [{"place": "user.fullname", "count": 1}]
    assert act("package_show", id="dms")["tags"][0]["name"] == "Rat"
    delivery = model.Session.scalars(sa.select(Delivery).where(Delivery.kind == "progress")).one()
    assert delivery.content.decode("cp1252").endswith("kommt wieder\n")
    assert delivery.size == len(delivery.content)
    assert delivery.about["blanked_on"]
    assert "geschwärzt" in model.Session.scalars(sa.select(InternalNote.text)).one()
    assert [str(problem) for problem in consistency.problems()] == []
    assert releases.publish().change in {"published", "unchanged"}
    assert in_files(releases_at) == []


def test_refused_only_told_done_and_done_again(told, releases_at, assert_whole, app):
    """What is refused or only told changes nothing; then every cache has to ask again and gets new files."""
    files = in_files(releases_at)
    for wrong in (
        {"statement_id": told[0].statement_id, "path": "as_of"},
        {"statement_id": told[0].statement_id},
        {"text": "steht nirgends"},
        {"text": " x "},
        {},
    ):
        with pytest.raises(tk.ValidationError):
            redact(**wrong)
    with pytest.raises(tk.ObjectNotFound):
        redact(text="Müller", measure="gibt-es-nicht")
    with pytest.raises(tk.ValidationError) as refused:
        act("digitalms_redact", text="Müller", reason="Frau Müller hat darum gebeten")
    assert "reason" in refused.value.error_dict
    tried = redact(text="Frau Müller", dry_run=True)
    assert tried["count"] >= 6
    assert tried["redaction_id"] is None
    assert len(tried["releases"]) == 2
    assert in_files(releases_at) == files
    assert [path.name for path in releases_at.glob(".new-*")] == []
    assert assert_whole()["steps"][0]["text"] == SECRET
    assert model.Session.scalars(sa.select(Redaction)).all() == []
    assert all(not release.manifest["notes"] for release in releases.finished())
    for release in releases.finished():
        release.created_at = datetime.now(UTC) - timedelta(days=2)
    model.repo.commit()
    address = f"/digitalisierung/daten/steps/{releases.current().release_id}/steps.csv"
    first = app.get(address)
    for other in (address, f"{address}?state=pending", "/digitalisierung/daten/steps.csv"):
        caching = app.get(other).headers["Cache-Control"]
        assert "no-cache" in caching
        assert "immutable" not in caching
    known = {"If-None-Match": first.headers["ETag"]}
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    for header in (known, since):
        assert app.get(address, headers=header).status_code == 304
    assert redact(text="Frau Müller")["count"] == tried["count"]
    for header in (known, since, {}):
        answer = app.get(address, headers=header)
        assert answer.status_code == 200
        assert "Müller" not in answer.body
    assert answer.headers["ETag"] != first.headers["ETag"]
    with pytest.raises(tk.ValidationError):
        redact(text="Frau Müller")
    for statement in told:
        redact(statement_id=statement.statement_id, path="steps.0.text")
    assert redact(statement_id=told[0].statement_id, path="steps.0.text")["count"] == 0
