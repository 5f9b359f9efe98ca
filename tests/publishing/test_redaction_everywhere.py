"""What was blanked stands nowhere: in no byte of a release, no column of a database, no field of Solr."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import duckdb
import openpyxl
import pytest
import sqlalchemy as sa
from at_once import at_once
from ckan import model
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource
from old_workbooks import xls

from ckanext.digitalms.publishing import custom_tables, datastore, release_check, releases
from ckanext.digitalms.search import index
from ckanext.digitalms.services import searched_pages
from ckanext.digitalms.services.operation import consistency
from ckanext.digitalms.services.redaction.blanking import Blanker
from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES

LETTERS = "abcdefghäöüßéŁ'\"&<>;,|\\/%+ "
SEED = 20261128
# what stands of a table of one's own in its package and its report alone: nothing in its rows or schema
BESIDE = {
    "contact_email": "qerika.mustermann@example.org",
    "keywords": "Qamanda Quelle, Leute",
    "sources": [{"title": "Qamanda Quelle", "attribution": "Quelle: Qamanda Quelle"}],
}
ABOVE = "Auskunft: Qanton Qauskünftler\r\n\r\n"
SAID_BESIDE = ("qerika.mustermann@example.org", "Qamanda Quelle", "Qanton Qauskünftler")


def word(chance: random.Random) -> str:
    """A text that stands nowhere by chance, with whatever a format has to write in a way of its own."""
    middle = "".join(chance.choice(LETTERS) for _ in range(chance.randint(3, 12)))
    return " ".join(f"Q{chance.randrange(10**6)}{middle}Z".split())


def everything(folder: Path) -> dict[str, str]:
    """What a reader finds, by place: files unpacked, both databases, the index with its words."""
    model.Session.rollback()
    told = {str(path): shown(path) for path in folder.rglob("*") if path.is_file()}
    told |= {f"ckan.{name}": text for name, text in rows(model.Session.connection())}
    with datastore.opened(is_kept=False) as connection:
        told |= {f"datastore.{name}": text for name, text in rows(connection)}
    model.Session.rollback()
    solr = make_connection()
    documents = solr.search("*:*", rows=1000, fl="*").docs
    told["solr"] = "\n".join(str(value) for document in documents for value in document.values())
    return told


def shown(path: Path) -> str:
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    if path.suffix == ".parquet":
        return str(duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall())
    if path.suffix == ".xlsx":
        return str([list(sheet.values) for sheet in openpyxl.load_workbook(path, read_only=True)])
    return path.read_bytes().decode("utf-8-sig")


def rows(connection: Any) -> list[tuple[str, str]]:
    names = connection.execute(
        sa.text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    ).scalars()
    told = []
    for name in names.all():
        texts = connection.execute(sa.text(f'SELECT CAST(to_jsonb(t) AS text) FROM "{name}" t')).scalars()
        told.append((name, "\n".join(texts)))
    return told


def bytes_in_database(secret: str) -> list[str]:
    found = model.Session.execute(sa.text("SELECT id, content FROM digitalms_delivery")).all()
    model.Session.rollback()
    return [row.id for row in found if Blanker(secret, "x").is_in_bytes(bytes(row.content))]


def places(secret: str, folder: Path) -> list[str]:
    needles = Blanker(secret, "x").needles
    return [place for place, text in everything(folder).items() if any(one in text for one in needles)]


def workbook(*cells: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["name", "text"])
    for cell in cells:
        book.active.append([cell, "x"])
    book.save(out)
    assert zipfile.is_zipfile(out)
    return out.getvalue()


@pytest.fixture
def full(releases_at, make_measure, personas, ckan_config, monkeypatch, tmp_path_factory):
    """A catalogue that tells some texts wherever something can be told; gives the texts."""
    reports = str(tmp_path_factory.mktemp("reports"))
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", reports)
    chance = random.Random(SEED)
    secrets = [word(chance) for _ in range(4)]
    user = personas["coordinator"]

    def act(name: str, /, **told: Any) -> Any:
        return tk.get_action(name)({"user": user}, told)

    first, second, third, fourth = secrets
    make_measure(statement=f"vor {first} nach", steps=[{"state": "pending", "text": second}])
    make_measure(name="zwei", title=f"Zwei {third}", notes=fourth, vision=f"{first}, {second}")
    releases.publish()
    act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement=third, source=fourth)
    releases.publish()
    table = f"{ABOVE}name;betrag\r\n{quoted(first)};1\r\n{quoted(f'{second}!')};2\r\n{quoted(third)};3\r\n"
    for content in (table, table.replace(";1", ";4")):
        draft = act(
            "digitalms_dataset_draft_create",
            content=content,
            filename="leute.csv",
            title=f"Leute von {fourth}",
            **BESIDE,
            **({"dataset": "leute"} if ";4" in content else {"organisation": "citeq", "name": "leute"}),
        )
        columns = [{"name": c["name"], "key": c["name"] == "name"} for c in draft["columns"]]
        act("digitalms_dataset_draft_update", id=draft["id"], columns=columns)
        assert act("digitalms_dataset_publish", id=draft["id"])["change"] == "published"
    act("digitalms_dataset_draft_create", content=table, filename="offen.csv", organisation="citeq")
    rows_of = json.dumps([{"measure_id": "dms", "title": second}])
    act("digitalms_table_import", table="measures", content=rows_of, dry_run=True)
    act("digitalms_delivery_create", content=f"measure_id,statement\ndms,{third}\n", dry_run=True)
    _coverage(act, first)
    _harvested(f"<p>{second}</p>", json.dumps({"title": json.dumps({"a": third})}))
    _strange_table(secrets)
    _delivered(workbook(*secrets), xls(*secrets), b"7z\xbc\xaf\x27\x1c")
    act("digitalms_city_text_update", page="impressum", language="de", text=f"Von {first}")
    act("digitalms_report_create", name="bericht", title=f"Bericht von {second}", as_of="2019-03-14")
    act("digitalms_report_freeze", id="bericht")
    searched_pages.refresh()
    return secrets


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _coverage(act: Any, source: str) -> None:
    areas = json.dumps({"features": [{"properties": {"AGS": "05515000", "GEN": "Ort"}}]})
    told = {"edition": "2019-06", "customer": "private", "base": "households", "source": source}
    content = "AGS;alle Technologien ≥ 30 Mbit/s\n05515000;96.51\n"
    act("digitalms_delivery_create", kind="coverage", content=content, areas=areas, **told)
    assert releases.publish(COVERAGE_TABLES).change == "published"


def _harvested(*contents: str) -> None:
    source = HarvestSource(url="https://example.org/", title="Quelle", type="digitalms_progress")
    job = HarvestJob(source=source)
    for content in contents:
        model.Session.add(HarvestObject(guid=str(len(content)), content=content, job=job, source=source))
    model.repo.commit()


def _strange_table(secrets: list[str]) -> None:
    """A table of a plugin that nobody has told us of."""
    model.Session.execute(
        sa.text("CREATE TABLE IF NOT EXISTS strange (n int, told text, held json, more jsonb, bytes bytea)")
    )
    add = sa.text("INSERT INTO strange VALUES (1, :told, CAST(:held AS json), CAST(:held AS jsonb), :bytes)")
    for secret in secrets:
        held = json.dumps({"a": [secret], "b": json.dumps(secret)})
        model.Session.execute(add, {"told": secret, "held": held, "bytes": secret.encode("utf-16")})
    model.repo.commit()


def _delivered(*files: bytes) -> None:
    add = sa.text("""
        INSERT INTO digitalms_delivery (id, kind, filename, content, sha256, size, dialect, state)
        VALUES (:id, 'progress', 'a.xlsx', :content, '', 1, '{}', 'refused')
    """)
    for number, content in enumerate(files):
        model.Session.execute(add, {"id": f"packed-{number}", "content": content})
    model.repo.commit()


def test_nowhere(full, releases_at):
    for secret in full:
        before = places(secret, releases_at)
        assert len(before) >= 8, secret
        assert bytes_in_database(secret) or secret != full[0]
        tried = call_action("digitalms_redact", text=secret, reason="Person", dry_run=True)
        assert places(secret, releases_at) == before, secret
        done = call_action("digitalms_redact", text=secret, reason="Person")
        assert done["count"] == tried["count"]
        assert places(secret, releases_at) == [], secret
        assert bytes_in_database(secret) == [], secret
        assert done["unsearched"] == [{"place": "digitalms_delivery.content", "count": 1}]
        assert not done["search_follows"]
    for secret in SAID_BESIDE:
        tried = call_action("digitalms_redact", text=secret, reason="Person", dry_run=True)
        done = call_action("digitalms_redact", text=secret, reason="Person")
        assert done["count"] == tried["count"]
        assert done["releases"] == tried["releases"]
        assert len(done["releases"]) == 2, "both versions"
        assert places(secret, releases_at) == [], secret
    for release in releases.finished() + releases.finished(COVERAGE_TABLES) + _versions():
        folder = releases.all_folders().path(release.manifest)
        assert release_check.validate(folder).problems == (), release.group
    assert releases.publish().change == "unchanged"
    assert releases.publish(COVERAGE_TABLES).change == "unchanged"
    assert index.compare().count == 0
    assert [str(problem) for problem in consistency.problems()] == []
    model.Session.execute(sa.text("DROP TABLE strange"))
    model.repo.commit()


def _versions() -> list[Any]:
    package = custom_tables.find("leute")
    found = releases.finished(custom_tables.group_of(package.id))
    assert len(found) == 2
    return found


@pytest.fixture
def activities(clean_db, migrate_db_for):
    """The tables of CKAN's activity plugin."""
    migrate_db_for("activity")
    yield
    model.Session.rollback()
    for table in ("activity_detail", "activity"):
        model.Session.execute(sa.text(f"DELETE FROM {table}"))
    model.repo.commit()


@pytest.mark.ckan_config("ckan.plugins", "digitalms datastore scheming_datasets harvest activity")
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "activities")
def test_what_the_activity_plugin_keeps(make_measure, releases_at):
    """CKAN's plugin keeps each whole dataset as it was, also of one that was purged."""
    secret = "Qwertz Mustermännin"
    user = factories.Sysadmin(name="chef")["name"]
    make_measure(user=user, statement=f"vor {secret} nach")
    for name, told in (("package_patch", {"notes": secret}), ("package_patch", {"notes": ""})):
        tk.get_action(name)({"user": user}, {"id": "dms", **told})
    assert any(place.startswith("ckan.activity") for place in places(secret, releases_at))
    told = call_action("digitalms_redact", text=secret, reason="Person", measure="dms")
    assert "activity.data" in {one["place"] for one in told["places"]}
    assert places(secret, releases_at) == []
    shown = tk.get_action("package_activity_list")({"user": user}, {"id": "dms"})
    assert len(shown) >= 2, "they are still there to be read"


def test_a_row_of_a_table_of_one_s_own(releases_at, personas, app):
    """It goes from every version and from what was handed in; everything else stays, and the page says so."""
    editor = {"user": personas["editor"]}
    people = ("Qerika Mustermann", "Qottokar Nurhier")
    for amounts in ((11, 22), (33, 44)):
        rows = "".join(f"{name};{amount}\r\n" for name, amount in zip(people, amounts, strict=True))
        where = {"dataset": "leute"} if amounts[0] == 33 else {"organisation": "citeq", "name": "leute"}
        above = f"Auskunft: {people[1]}\r\n\r\n"
        told = {
            "content": f"{above}name;betrag\r\n{rows}",
            "filename": "leute.csv",
            "title": "Leute",
            **where,
        }
        draft = tk.get_action("digitalms_dataset_draft_create")(dict(editor), told)
        keys = [{"name": c["name"], "key": c["name"] == "name"} for c in draft["columns"]]
        tk.get_action("digitalms_dataset_draft_update")(dict(editor), {"id": draft["id"], "columns": keys})
        tk.get_action("digitalms_dataset_publish")(dict(editor), {"id": draft["id"]})
    later = tk.get_action("digitalms_dataset_draft_create")(dict(editor), {**told, "dataset": "leute"})
    row = {"name": people[0]}
    for wrong, field in (
        ({"row": {"name": "gibt es nicht"}}, "row"),
        ({"row": {"name": "Auskunft"}}, "row"),
        ({"row": "[]"}, "row"),
        ({"row": {"name": ["x"]}}, "row"),
        ({}, "row"),
        ({"row": row, "reason": f"wegen {people[0]}"}, "reason"),
    ):
        with pytest.raises(tk.ValidationError) as refused:
            call_action("digitalms_redact", **{"table": "leute", "reason": "Person", **wrong})
        assert field in refused.value.error_dict, wrong
    with pytest.raises(tk.ObjectNotFound):
        call_action("digitalms_redact", table="gibt-es-nicht", row=row, reason="Person")
    before = places(people[0], releases_at)
    tried = call_action("digitalms_redact", table="leute", row=row, reason="Person", dry_run=True)
    assert places(people[0], releases_at) == before
    done = call_action("digitalms_redact", table="leute", row=json.dumps(row), reason="Person")
    assert (tried["count"], done["count"]) == (2, 2)
    assert places(people[0], releases_at) == []
    assert bytes_in_database(people[0]) == []
    for version, amount in zip(_versions(), ("44", "22"), strict=True):
        folder = releases.all_folders().path(version.manifest)
        assert (folder / "leute.csv").read_text("utf-8-sig").splitlines() == [
            "name,betrag",
            f"{people[1]},{amount}",
        ]
        assert release_check.validate(folder).problems == ()
    assert places(people[1], releases_at) != []
    shown = tk.get_action("digitalms_dataset_draft_show")(dict(editor), {"id": later["id"]})
    assert not shown["is_valid"], "what was handed in has to be handed in again"
    headers = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    assert app.get("/digitalisierung/daten/datensatz/leute/", headers=headers).status_code == 200
    assert app.get(f"/digitalisierung/daten/neu/{later['id']}", headers=headers).status_code == 200
    done = call_action("digitalms_redact", table="leute", row={"name": people[1]}, reason="Person")
    assert (done["count"], done["places"]) == (4, []), "no file is there any more that could lose its bytes"
    assert places(people[1], releases_at) == [], "nor in the report on a file that is gone"
    assert [str(problem) for problem in consistency.problems()] == []


def test_two_people_blank_the_same_at_once(releases_at, make_measure, personas, app):
    """One does it, the other is told that it stands nowhere or to try again; nothing is done by halves."""
    secret = "Qwertz Mustermännin"
    make_measure(statement=f"vor {secret} nach")
    releases.publish()
    second = factories.Sysadmin(name="zweite")["name"]
    tokens = [factories.APIToken(user=user)["token"] for user in (personas["sysadmin"], second)]

    def blank(token: str) -> int:
        client = app.test_client(use_cookies=False)
        told = {"text": secret, "reason": "Person"}
        answer = client.post("/api/action/digitalms_redact", json=told, headers={"Authorization": token})
        return int(answer.status_code)

    assert sorted(at_once(app, *(partial(blank, token) for token in tokens))) == [200, 409]
    assert places(secret, releases_at) == []
    assert [str(problem) for problem in consistency.problems()] == []
