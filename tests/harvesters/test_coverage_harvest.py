"""Coverage from file to edition: by action, page, command and source; replaced, waiting, refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan as ckan_command
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject
from pytest_httpserver import HTTPServer

from ckanext.digitalms.model import CoverageArea, CoverageEdition, Delivery
from ckanext.digitalms.services.deliveries import delivery_get

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]

NAMES = {"05515000": "Münster", "05554004": "Ahaus", "05554008": "Bocholt"}
AREAS = json.dumps({"features": [{"properties": {"AGS": key, "GEN": name}} for key, name in NAMES.items()]})
HEADER = "AGS;alle Technologien ≥ 30 Mbit/s;alle Technologien ≥ 100 Mbit/s;DSL ≥ 30 Mbit/s\n"
GOOD = HEADER + "05515000;96.51;93.62;82.04\n05554004;91.95;87.04;0\n05554008;0;0;0\n"
ABOUT = {"edition": "2019-06", "customer": "private", "base": "households", "source": "© BNetzA"}


def deliver(user: str, content: str = GOOD, **data: Any) -> dict[str, Any]:
    told = {"kind": "coverage", "content": content, "areas": AREAS, **ABOUT, **data}
    answer: dict[str, Any] = tk.get_action("digitalms_delivery_create")({"user": user}, told)
    return answer


def stored() -> dict[str, dict[str, tuple[list[Decimal | None], str]]]:
    """Shares and states by edition and area."""
    model.Session.rollback()
    query = sa.select(
        CoverageEdition.edition, CoverageArea.area_code, CoverageArea.shares, CoverageArea.states
    ).join(CoverageArea, CoverageArea.edition_id == CoverageEdition.edition_id)
    found: dict[str, dict[str, tuple[list[Decimal | None], str]]] = {}
    for edition, code, shares, states in model.Session.execute(query).tuples():
        found.setdefault(edition, {})[code] = (shares, states)
    return found


class TestDelivery:
    def test_an_edition_is_written_whole(self, personas):
        delivery = deliver(personas["coordinator"])
        assert delivery["state"] == "accepted", delivery
        assert delivery["report"]["changes"][0]["change"] == "new_edition"
        assert stored() == {
            "2019-06": {
                "05515000": ([Decimal("96.51"), Decimal("93.62"), Decimal("82.04")], "mmm"),
                "05554004": ([Decimal("91.95"), Decimal("87.04"), Decimal(0)], "mmm"),
                "05554008": ([None, None, None], "nnn"),
            }
        }

    def test_twice_changes_nothing(self, personas):
        deliver(personas["coordinator"])
        before = model.Session.execute(sa.text("SELECT * FROM digitalms_coverage_edition")).all()
        assert deliver(personas["coordinator"], GOOD.replace("82.04", "82,040"))["state"] == "unchanged"
        assert model.Session.execute(sa.text("SELECT * FROM digitalms_coverage_edition")).all() == before

    def test_a_corrected_delivery_replaces_and_says_so(self, personas):
        deliver(personas["coordinator"])
        answer = deliver(personas["coordinator"], GOOD.replace("82.04", "83"))
        assert (answer["state"], answer["report"]["changes"][0]["change"]) == ("accepted", "replaced_edition")
        assert stored()["2019-06"]["05515000"][0][2] == 83

    def test_editions_stay_side_by_side_also_an_older_one(self, personas):
        deliver(personas["coordinator"])
        older = GOOD.replace("82.04", "82")
        assert deliver(personas["coordinator"], older, edition="2018-12")["state"] == "accepted"
        other = GOOD.replace("82.04", "83")
        assert deliver(personas["coordinator"], other, customer="business")["state"] == "accepted"
        assert set(stored()) == {"2018-12", "2019-06"}
        assert model.Session.query(CoverageEdition).count() == 3

    def test_a_trial_writes_nothing_and_is_confirmed(self, personas):
        delivery = deliver(personas["coordinator"], dry_run=True)
        assert (delivery["state"], stored()) == ("received", {})
        again = {"delivery_id": delivery["id"]}
        done = tk.get_action("digitalms_delivery_create")({"user": personas["coordinator"]}, again)
        assert (done["state"], len(stored())) == ("accepted", 1)

    def test_names_with_signs_of_copy(self, personas):
        features = [{"properties": {"AGS": key, "GEN": "A\\B\t{},\\N"}} for key in NAMES]
        deliver(personas["coordinator"], areas=json.dumps({"features": features}))
        assert set(model.Session.scalars(sa.select(CoverageArea.area_name))) == {"A\\B {},\\N"}


class TestRefused:
    def test_a_damaged_file_changes_nothing_and_names_its_rows(self, personas):
        deliver(personas["coordinator"])
        before = stored()
        damaged = GOOD.replace("93.62", "199").replace("05554008;0", "05999999;0")
        answer = deliver(personas["coordinator"], damaged)
        assert (answer["state"], stored()) == ("refused", before)
        assert [(f["cause"], f["row"], f["field"]) for f in answer["report"]["findings"]] == [
            ("nearest-format", 1, None),
            ("constraint-maximum", 2, "alle Technologien ≥ 100 Mbit/s"),
            ("unknown-area", 4, "AGS"),
        ]

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("edition", "Mitte 2019"),
            ("edition", "2019-13"),
            ("edition", "2190-01"),
            ("edition", ""),
            ("customer", "alle"),
            ("base", ""),
            ("source", ""),
            ("shares", "promille"),
            ("areas", "{}"),
            ("areas", 7),
        ],
    )
    def test_what_is_stated_is_checked(self, personas, option, value):
        with pytest.raises(tk.ValidationError) as refused:
            deliver(personas["coordinator"], **{option: value})
        assert set(refused.value.error_dict) == {option}
        assert model.Session.query(Delivery).count() == 0

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor", "other_editor"])
    def test_only_coordinators(self, personas, persona):
        with pytest.raises(tk.NotAuthorized):
            deliver(personas[persona], organisation="citeq")


class TestQuestions:
    LATER = GOOD.replace("82.04", "12.04").replace("05554004;91.95;87.04;0\n", "")

    def test_a_jump_and_a_missing_area_wait_for_the_coordinator(self, personas):
        deliver(personas["coordinator"])
        answer = deliver(personas["coordinator"], self.LATER, edition="2019-12")
        assert (answer["state"], set(stored())) == ("waiting", {"2019-06"})
        assert [(f["cause"], f["row"], f["found"]) for f in answer["report"]["findings"]] == [
            ("missing-area", None, "05554004"),
            ("jump", 2, "12.04"),
        ]
        told = {"delivery_id": answer["id"], "confirm": True}
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("digitalms_delivery_create")({"user": personas["editor"]}, told)
        done = tk.get_action("digitalms_delivery_create")({"user": personas["coordinator"]}, told)
        assert (done["state"], set(stored())) == ("accepted", {"2019-06", "2019-12"})
        assert done["about"]["confirmed_by"] == personas["coordinator"]

    @pytest.mark.ckan_config("ckanext.digitalms.coverage.jump", 70)
    def test_the_size_of_a_jump_is_an_option(self, personas):
        deliver(personas["coordinator"])
        assert deliver(personas["coordinator"], GOOD.replace("82.04", "12.04"), edition="2019-12")[
            "state"
        ] == ("accepted")


@pytest.fixture
def signed_in(personas: Any) -> Callable[[str], dict[str, str]]:
    """Headers of a user by name."""

    def headers(name: str) -> dict[str, str]:
        token = factories.APIToken(user=name)
        return {"Authorization": token["token"]}

    return headers


class TestPages:
    def test_check_confirm_and_refuse(self, app, personas, signed_in):
        headers = signed_in(personas["coordinator"])
        form = "/digitalisierung/datenqualitaet/versorgung-hochladen"
        assert app.get(form, headers=headers).status_code == 200
        files = {
            "upload": (io.BytesIO(GOOD.encode()), "a.csv"),
            "areas": (io.BytesIO(AREAS.encode()), "b.geojson"),
        }
        page = app.post(form, data={**ABOUT, **files}, headers=headers, follow_redirects=False)
        assert page.status_code == 302, page.body
        report = app.get(page.headers["location"], headers=headers)
        assert "neue Ausgabe" in report.body
        assert "3 Gebiete, 9 Zahlen" in report.body
        done = app.post(page.headers["location"] + "/uebernehmen", headers=headers)
        assert "übernommen" in done.body
        assert set(stored()) == {"2019-06"}

    def test_errors_stand_at_their_fields(self, app, personas, signed_in):
        headers = signed_in(personas["coordinator"])
        form = "/digitalisierung/datenqualitaet/versorgung-hochladen"
        files = {name: (io.BytesIO(GOOD.encode()), "a.csv") for name in ("upload", "areas")}
        data = {"edition": "x", "customer": "private", **files}
        page = app.post(form, data=data, headers=headers)
        assert 'id="dm-edition-error"' in page.body
        assert 'id="dm-areas-error"' in page.body

    def test_questions_are_shown_and_confirmed(self, app, personas, signed_in):
        deliver(personas["coordinator"])
        waiting = deliver(personas["coordinator"], TestQuestions.LATER, edition="2019-12")
        address = f"/digitalisierung/datenqualitaet/bericht/{waiting['id']}"
        headers = signed_in(personas["coordinator"])
        page = app.get(address, headers=headers)
        assert "2 Rückfragen muss die Koordination bestätigen" in page.body
        app.post(f"{address}/uebernehmen", data={"confirm": "true"}, headers=headers)
        assert set(stored()) == {"2019-06", "2019-12"}


class TestOneAnswer:
    """What official tables have is asked once, and nothing in them has to be altered."""

    def test_the_content_of_another_edition_is_asked(self, personas):
        deliver(personas["coordinator"])
        again = deliver(personas["coordinator"], edition="2019-12")
        assert (again["state"], set(stored())) == ("waiting", {"2019-06"})
        assert [(f["cause"], f["found"]) for f in again["report"]["findings"]] == [
            ("same-figures", "2019-06")
        ]
        other = deliver(personas["coordinator"], customer="business")
        assert "other users" in other["report"]["findings"][0]["message"]
        told = {"delivery_id": again["id"], "confirm": True}
        tk.get_action("digitalms_delivery_create")({"user": personas["coordinator"]}, told)
        assert set(stored()) == {"2019-06", "2019-12"}

    def test_breaks_and_hundreds_are_published_as_they_came(self, personas):
        odd = GOOD.replace("93.62", "97.5").replace("91.95", "100.39")
        waiting = deliver(personas["coordinator"], odd)
        causes = [f["cause"] for f in waiting["report"]["findings"] if f["severity"] == "question"]
        assert (waiting["state"], causes) == ("waiting", ["cumulative-breaks", "over-hundred"])
        told = {"delivery_id": waiting["id"], "confirm": True}
        done = tk.get_action("digitalms_delivery_create")({"user": personas["coordinator"]}, told)
        assert done["state"] == "accepted"
        assert stored()["2019-06"]["05515000"][0][:2] == [Decimal("96.51"), Decimal("97.5")]
        assert stored()["2019-06"]["05554004"][0][0] == 100

    def test_fractions_are_asked_and_no_is_an_answer(self, personas):
        header = HEADER.partition(";DSL")[0]
        fractions = f"{header}\n05515000;0.9651;0.5\n05554004;0.25;0.125\n05554008;1;0.5\n"
        waiting = deliver(personas["coordinator"], fractions, dry_run=True)
        assert waiting["report"]["summary"] == {"fractions": 1}
        told = {"delivery_id": waiting["id"], "shares": "percent"}
        done = tk.get_action("digitalms_delivery_create")({"user": personas["coordinator"]}, told)
        assert (done["state"], done["about"]["shares"]) == ("accepted", "percent")
        assert stored()["2019-06"]["05515000"][0] == [Decimal("0.9651"), Decimal("0.5")]

    def test_known_areas_need_no_boundaries_again(self, personas):
        assert "unknown-area" in deliver(personas["coordinator"], areas="")["report"]["summary"]
        deliver(personas["coordinator"])
        later = GOOD.replace("82.04", "83")
        assert deliver(personas["coordinator"], later, edition="2019-12", areas="")["state"] == "accepted"
        country = "staat;verf_100_16\nDeutschland;89.1\n"
        assert deliver(personas["coordinator"], country, areas="")["state"] == "accepted"
        model.Session.rollback()
        query = sa.select(CoverageEdition.area_type, CoverageArea.area_name).join(
            CoverageArea, CoverageArea.edition_id == CoverageEdition.edition_id
        )
        assert ("country", "Deutschland") in set(model.Session.execute(query).tuples())


class TestCommand:
    def test_from_a_file(self, cli, personas, tmp_path):
        (tmp_path / "irgendwie.csv").write_text(GOOD, "utf-8")
        (tmp_path / "grenzen.geojson").write_text(AREAS, "utf-8")
        options = [word for name, value in ABOUT.items() for word in (f"--{name}", value)]
        words = ["digitalms", "harvest", "coverage", str(tmp_path / "irgendwie.csv"), *options]
        words += ["--areas", str(tmp_path / "grenzen.geojson")]
        done = cli.invoke(ckan_command, words)
        assert done.exit_code == 0, done.output
        assert set(stored()) == {"2019-06"}
        (tmp_path / "irgendwie.csv").write_text(GOOD.replace("82.04", "820.4"), "utf-8")
        assert cli.invoke(ckan_command, words).exit_code == 1
        assert stored()["2019-06"]["05515000"][0][2] == Decimal("82.04")


class TestSource:
    @pytest.fixture
    def run(self, personas, open_data, httpserver: HTTPServer) -> Callable[..., list[str]]:
        """Make a source once, and run it with a content; gives the sentences of what went wrong."""
        config = {**ABOUT, "areas": httpserver.url_for("/grenzen.geojson")}
        made: dict[str, str] = {}

        def run(content: str, organisation: str = open_data["id"]) -> list[str]:
            httpserver.clear()
            httpserver.expect_request("/t.csv").respond_with_data(content.encode())
            httpserver.expect_request("/grenzen.geojson").respond_with_data(AREAS)
            if not made:
                made["id"] = tk.get_action("harvest_source_create")(
                    {"user": personas["sysadmin"]},
                    {
                        "url": httpserver.url_for("/t.csv"),
                        "name": "breitbandatlas",
                        "title": "Breitbandatlas",
                        "source_type": "digitalms_coverage",
                        "owner_org": organisation,
                        "config": json.dumps(config),
                    },
                )["id"]
            return run_source(made["id"])

        return run

    def test_harvested_twice_is_nothing(self, run):
        assert run(GOOD) == []
        assert set(stored()) == {"2019-06"}
        assert run(GOOD) == []
        assert (model.Session.query(HarvestObject).count(), model.Session.query(Delivery).count()) == (1, 1)

    def test_what_was_taken_back_stays_so(self, run, personas):
        """The same file from the source is no news; another one is."""
        run(GOOD)
        [first] = model.Session.query(Delivery)
        tk.get_action("digitalms_delivery_undo")({"user": personas["coordinator"]}, {"id": first.id})
        shown = partial(tk.get_action("digitalms_coverage_show"), {}, {"technology": "dsl"})
        assert run(GOOD) == []
        assert (shown()["count"], model.Session.query(Delivery).count()) == (0, 1)
        assert run(GOOD.replace("82.04", "82.05")) == []
        assert [row["share_percent"] for row in shown()["results"]][:1] == [82.05]

    def test_what_is_wrong_is_told_to_the_owner(self, run):
        [sentence] = run(GOOD.replace("93.62", "199"))
        assert "Row 2" in sentence
        assert stored() == {}

    def test_a_question_waits(self, run, personas):
        deliver(personas["coordinator"], GOOD.replace("82.04", "8"), edition="2018-12")
        [sentence] = run(GOOD)
        assert "coordinator has to confirm" in sentence
        [waiting] = model.Session.query(Delivery).filter_by(state="waiting")
        assert delivery_get(waiting.id).report["summary"] == {"jump": 1}

    def test_other_organisations_do_not_harvest_coverage(self, run, office):
        [sentence] = run(GOOD, office["id"])
        assert "coordinators’ organisation" in sentence

    @pytest.mark.parametrize("left_out", ["edition", "customer", "base", "source"])
    def test_the_form_asks_for_what_is_missing(self, personas, open_data, left_out):
        config = {**ABOUT, "areas": "https://example.org/a.json"}
        config.pop(left_out)
        with pytest.raises(tk.ValidationError) as refused:
            tk.get_action("harvest_source_create")(
                {"user": personas["sysadmin"]},
                {
                    "url": "https://example.org/t.csv",
                    "name": "q",
                    "title": "q",
                    "source_type": "digitalms_coverage",
                    "owner_org": open_data["id"],
                    "config": json.dumps(config),
                },
            )
        assert "config" in refused.value.error_dict


class Channel:
    def basic_ack(self, tag: str) -> None:
        """Nothing is kept."""


def run_source(source_id: str) -> list[str]:
    queue.purge_queues()
    job = call_action("harvest_job_create", source_id=source_id, run=True)
    for consumer, callback in (
        (queue.get_gather_consumer(), queue.gather_callback),
        (queue.get_fetch_consumer(), queue.fetch_callback),
    ):
        while True:
            _, header, body = consumer.basic_get(queue="")
            if body is None:
                break
            callback(Channel(), SimpleNamespace(delivery_tag=body), header, body)
    call_action("harvest_jobs_run")
    found: HarvestJob = model.Session.get(HarvestJob, job["id"])
    assert found.status == "Finished"
    gathered = model.Session.query(HarvestGatherError).filter_by(harvest_job_id=job["id"])
    single = model.Session.query(HarvestObject).filter_by(harvest_job_id=job["id"])
    return [e.message for e in gathered] + [e.message for each in single for e in each.errors]


SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "coverage"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")
def test_the_real_file(personas):
    data = (SAMPLES / "gemeinde_privat_2019_mitte.muensterland.csv").read_text("utf-8")
    answer = deliver(
        personas["coordinator"], data, areas=(SAMPLES / "gemeinden-muensterland.geojson").read_text("utf-8")
    )
    assert answer["state"] == "accepted"
    assert len(stored()["2019-06"]) == 67
    line = next(line for line in data.splitlines() if line.startswith('"05515000"'))
    assert stored()["2019-06"]["05515000"][0] == [Decimal(cell) for cell in line.split(";")[1:]]
