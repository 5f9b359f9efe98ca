"""A blanked value is in no release any more; what was done stays visible."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest

from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing import releases

SECRET = 'Frau Müller "ist" krank;\nzweite Zeile'


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


def in_files(folder):
    needle = "Müller".encode()
    return [p.name for p in folder.rglob("*") if p.suffix in {".csv", ".json"} and needle in p.read_bytes()]


@pytest.fixture
def told(releases_at, make_measure, open_data):
    """Two releases that both tell the secret, the second one beside something newer."""
    measure = make_measure(statement=SECRET, steps=[{"state": "pending", "text": SECRET}])
    releases.publish()
    act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="harmlos")
    releases.publish()
    return StatementRow.of_package(measure["id"])


def test_every_release_is_blanked(told, releases_at, assert_whole, app):
    """Files, hashes, DataStore and resources of former and current releases."""
    assert len(in_files(releases_at)) >= 4
    before = {release.release_id: release.content_hash for release in releases.finished()}
    for statement in told:
        act("digitalms_redact", statement_id=statement.statement_id, path="steps.0.text", reason="Person")
    act("digitalms_redact", statement_id=told[0].statement_id, path="statement", reason="Person")
    assert in_files(releases_at) == []
    rows = assert_whole()
    assert rows["steps"][0]["text"].startswith("[")
    assert rows["status_series"][1]["statement"] == "harmlos"
    for release in releases.finished():
        assert release.content_hash != before[release.release_id]
        assert release.manifest["notes"][0]["reason"] == "Person"
        assert releases.all_folders().is_complete(release.manifest)
        address = f"/digitalisierung/daten/steps/{release.release_id}/steps.csv"
        answer = app.get(address)
        assert "Müller" not in answer.body
        assert "immutable" not in answer.headers["Cache-Control"]
    assert "Person" in app.get("/digitalisierung/daten/steps/").body


def test_the_next_run_finds_nothing_new(told):
    """What was blanked is what the history says now, so there is no further release."""
    for statement in told:
        act("digitalms_redact", statement_id=statement.statement_id, path="steps.0.text", reason="Person")
    act("digitalms_redact", statement_id=told[0].statement_id, path="statement", reason="Person")
    assert releases.publish().change == "unchanged"


def test_another_measure_keeps_the_same_words(releases_at, make_measure, open_data, assert_whole):
    """Only the measure's own cells are blanked."""
    measure = make_measure(statement="gleich")
    make_measure(name="zwei", statement="gleich")
    releases.publish()
    statement = StatementRow.of_package(measure["id"])[0]
    act("digitalms_redact", statement_id=statement.statement_id, path="statement", reason="Person")
    series = {row["measure_id"]: row["statement"] for row in assert_whole()["status_series"]}
    assert series["zwei"] == "gleich"
    assert series["dms"] != "gleich"


def test_a_redaction_that_fails_leaves_all_as_it_was(told, releases_at):
    """Where the statement cannot be changed, no release is."""
    files = sorted(in_files(releases_at))
    with pytest.raises(tk.ValidationError):
        act("digitalms_redact", statement_id=told[0].statement_id, path="as_of", reason="x")
    assert sorted(in_files(releases_at)) == files
    assert all(not release.manifest["notes"] for release in releases.finished())
