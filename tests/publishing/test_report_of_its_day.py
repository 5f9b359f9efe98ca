"""What was frozen of a day is what the catalogue says of that day for good, wherever it is asked.

Pages, actions and open tables of ``?stichtag=…&bekannt_am=…`` are compared with the canonical JSON of the
frozen report, value by value, after all of it was changed, corrected and carried on. The answers are put
together here into what the report must be, without its own code.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import pytest
from babel.dates import format_date
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests.helpers import call_action
from read_back import squeezed
from stored_state import STATE

from ckanext.digitalms.reporting.word import odt

DAY, BEFORE = "2019-03-14", "2018-03-14"
TABLES = ("measures", "status_series", "steps", "milestones", "goals", "goal_reviews", "indicators")
MORE_TABLES = ("obstacles", "coverage_links", "council_references", "coverage")
SCHEMAS = Path(__file__).parents[2] / "schemas" / "table"
# written for one report, or made of two days; compared by themselves or of no day
OF_THE_REPORT = {"asked", "remark", "changes"}
Json = dict[str, Any]


def labels(table: str, column: str) -> dict[str, str]:
    """Return the German words of a column's codes, as its Table Schema says them."""
    fields = json.loads((SCHEMAS / f"{table}.json").read_text("utf-8"))["fields"]
    found = next(one for one in fields if one["name"] == column)
    return {one["value"]: one["label"] for one in found["categories"]}


STATUS, STEP, GOAL = labels("measures", "status"), labels("steps", "state"), labels("goals", "state")
OUTCOME, ROLE = labels("goal_reviews", "outcome"), labels("council_references", "role")
MILESTONE, FUNDING = labels("milestones", "state"), labels("measures", "funding_state")
# tables of coverage have codes
TECHNOLOGY, CUSTOMER = {"all": "alle Technologien"}, {"private": "private Haushalte"}
BASE, VALUE = {"households": "Haushalte"}, {"not_stated": "keine Angabe"}


def small(words: dict[str, str], code: str | None) -> str:
    """Return the word for a code, whatever its first letter."""
    return words.get(code or "", "").casefold()


def day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d.%m.%Y}" if text else ""


def figure(value: Any) -> str | None:
    """Return a number as canonical JSON has it, so that ``42`` and ``42.0`` are one."""
    return None if value in (None, "") else f"{Decimal(str(value)).normalize():f}"


def deliver(edition: str, share: str, user: str) -> None:
    told = {
        "kind": "coverage",
        "content": f"AGS;alle Technologien ≥ 30 Mbit/s\n05515000;{share}\n",
        "areas": json.dumps({"features": [{"properties": {"AGS": "05515000", "GEN": "Münster"}}]}),
        "edition": edition,
        "customer": "private",
        "base": "households",
        "source": "© Bundesnetzagentur",
        "confirm": True,
    }
    assert tk.get_action("digitalms_delivery_create")({"user": user}, told)["state"] == "accepted"


def patch(key: str, **values: Any) -> None:
    call_action("package_patch", id=key, **values)


def rows_of(key: str, name: str) -> list[Json]:
    return list(call_action("package_show", id=key)[name])


def everything(user: str) -> None:
    """Give the measures of the report of 2019 something in each of their fields."""
    link = {"area_code": "05515000", "technology": "all", "speed_mbit_s": "30", "customer": "private"}
    patch("breitband", coverage_links=[{**link, "base": "households"}], funding_amount="1234567.5")
    own = {
        "title": "Arbeitsplätze mit DMS",
        "value": "12.5",
        "unit": "%",
        "target": "70",
        "day": "2019-01-31",
    }
    told = {"definition": "Gezählt wird, was läuft.", "source": "citeq", "direction": "more"}
    patch("dms", indicators=[*rows_of("dms", "indicators"), {**own, **told}], progress_percent="42.5")
    patch("dms", vision="siehe Strategie und Maßnahmenplanung")
    goals = rows_of("serviceportal", "goals")
    reviews = [
        {"goal_id": goals[0]["id"], "review_date": "2019-02-01", "outcome": "kept", "reason": "läuft"},
        {
            "goal_id": goals[1]["id"],
            "review_date": "2019-03-01",
            "outcome": "replaced",
            "successor_ids": goals[2]["id"],
            "reason": "zu eng",
        },
    ]
    goals[0] |= {"year": "2019", "indicator": "Portale", "target": "40", "actual": "17"}
    late = {"title": "Schulung", "date_text": "bis Ende 2018", "latest": "2018-12-31", "reason": "krank"}
    met = {"title": "Vertrag", "latest": "2018-06-30", "met_on": "2018-07-02"}
    milestones = [*rows_of("serviceportal", "milestones"), late, met]
    patch("serviceportal", goals=goals, goal_reviews=reviews, milestones=milestones)
    patch(
        "serviceportal", obstacles=[{"text": "Personal fehlt", "since": "2019-01-01", "until": "2019-06-30"}]
    )
    papers = rows_of("strategie", "council_references")
    papers[1] |= {"paper_name": "Leitsätze", "paper_url": "https://example.org/989"}
    patch("strategie", council_references=papers)
    apart()
    deliver("2018-06", "91.4", user)
    deliver("2018-12", "95.51", user)


def apart() -> None:
    """Give fields a value while those that usually stand beside it are empty."""
    (first, second) = rows_of("dms", "goals")
    first |= {"indicator": "", "target": "4711 Akten", "actual": "1742 Akten"}
    figure = rows_of("dms", "indicators")[0]["id"]
    second |= {"indicator_id": figure, "target": "8150 Plätze", "actual": "2963 Plätze"}
    patch("dms", goals=[first, second])
    patch("wlan", obstacles=[{"text": "Standorte fehlen", "until": "2019-07-29"}])
    papers = rows_of("wlan", "council_references")
    papers[0] |= {"decided_by": "Hauptausschuss"}
    patch("wlan", council_references=papers)
    patch("open-data", vision="", vision_year="", vision_source="Leitbild der Stadt")


def carry_on(user: str) -> None:
    """Correct what was said of the day, add to what was before it, and go on after it."""
    patch("dms", title="Ganz anders", statement="Berichtigt.", vision="Neu", progress_percent="99", steps=[])
    patch("serviceportal", goals=[], goal_reviews=[], milestones=[], obstacles=[], council_references=[])
    patch("breitband", funding_amount="1", coverage_links=[], notes="Neue Beschreibung")
    indicators = rows_of("dms", "indicators")
    patch("dms", indicators=[{**indicators[0], "value": "13"}])
    call_action("digitalms_statement_create", id="wlan", as_of="2019-01-31", statement="Nachgetragen.")
    patch("strategie", as_of="2019-12-31", status="paused", status_reason="Umbau", statement="Ruht.")
    deliver("2018-12", "95.9", user)
    deliver("2019-06", "97.7", user)


@pytest.fixture
def frozen(
    report: Any,
    personas: dict[str, str],
    releases_at: Path,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Json:
    """The report of the day as it was frozen, and the catalogue that went on since."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", str(releases_at / "reports"))
    monkeypatch.setattr(odt, "_PROGRAM", "no-such-program")
    user = personas["coordinator"]

    def act(action: str, **told: Any) -> Any:
        return tk.get_action(action)({"user": user}, told)

    def make() -> None:
        everything(user)
        act("digitalms_report_create", title="Bericht", name="bericht", as_of=DAY, previous=BEFORE)
        act("digitalms_report_freeze", id="bericht")
        act("digitalms_table_publish")
        carry_on(user)

    STATE.once("a frozen report, and what came after it", make, releases_at)
    model.Session.rollback()
    # as a stranger gets it
    return dict(tk.get_action("digitalms_report_show")({"user": ""}, {"id": "bericht"})["report"])


def moment(frozen: Json) -> Json:
    return {"cut_off_date": DAY, "known_at": frozen["known_at"]}


def address(frozen: Json) -> str:
    return urlencode({"stichtag": DAY, "bekannt_am": frozen["known_at"]})


def comparable(measure: Json) -> Json:
    """Return a measure of the report with its numbers as one writes them, codes' words in small letters."""
    told = {name: value for name, value in measure.items() if name not in OF_THE_REPORT}
    told["progress_percent"] = figure(told["progress_percent"])
    told["status_label"] = told["status_label"].casefold()
    told["papers"] = [{**each, "role": each["role"].casefold()} for each in told["papers"]]
    told["goals"] = [
        {**each, "state": each["state"].casefold(), "outcome": each["outcome"].casefold()}
        for each in told["goals"]
    ]
    told["milestones"] = [{**each, "label": each["label"].casefold()} for each in told["milestones"]]
    told["steps"] = [{**each, "label": each["label"].casefold()} for each in told["steps"]]
    told["funding"] = told["funding"].casefold()
    told["series"] = [
        {
            **each,
            "target": figure(each["target"]),
            "points": [{**one, "value": figure(one["value"])} for one in each["points"]],
        }
        for each in told["series"]
    ]
    told["coverage"] = [
        {
            **each,
            "share_percent": figure(each["share_percent"]),
            "definition": each["definition"].casefold(),
            "editions": [{**one, "share_percent": figure(one["share_percent"])} for one in each["editions"]],
        }
        for each in told["coverage"]
    ]
    return told


def paper(row: Json, names: dict[str, tuple[str, str]]) -> Json:
    decided = " ".join(filter(None, (row["decided_by"], day(row["decided_on"]))))
    title, url = names.get(row["reference"], ("", ""))
    return {
        "reference": row["original"] or row["reference"],
        "key": row["reference"],
        "role": small(ROLE, row["role"]),
        "decided": ": ".join(filter(None, (decided, row["result"]))),
        "title": row["paper_name"] or title,
        "url": row["paper_url"] or url,
    }


def names_of(rows: list[Json]) -> dict[str, tuple[str, str]]:
    return {
        row["reference"]: (row["paper_name"] or "", row["paper_url"] or "")
        for row in rows
        if row["paper_name"]
    }


def outcome(goal_id: str, reviews: list[Json], texts: dict[str, str]) -> str:
    own = sorted((one for one in reviews if one["goal_id"] == goal_id), key=lambda one: one["review_date"])
    if not own:
        return ""
    words = small(OUTCOME, own[-1]["outcome"])
    named = [f"„{texts[one]}“" for one in (own[-1]["successor_ids"] or "").split()]
    return f"{words} durch {' und '.join(named)}".casefold() if named else words


def milestone(row: Json) -> Json:
    return {
        "title": row["title"],
        "worded": row["date_text"] or "",
        "latest": row["latest"] or None,
        "met_on": row["met_on"] or None,
        "state": row["state"],
        "label": small(MILESTONE, row["state"]),
    }


def steps(rows: list[Json]) -> list[Json]:
    texts = {state: [row["text"] for row in rows if row["state"] == state] for state in STEP}
    return [
        {"state": state, "label": small(STEP, state), "texts": found}
        for state, found in texts.items()
        if found
    ]


def funding(measure: Json) -> str:
    amount = figure(measure["funding_amount"])
    written = f"{Decimal(amount):,}".translate(str.maketrans(",.", ".,")) + " euro" if amount else ""
    parts = (
        small(FUNDING, measure["funding_state"]),
        written,
        (measure["funding_programme"] or "").casefold(),
    )
    return ", ".join(filter(None, parts))


def why(figure_id: str, goals: list[Json]) -> str:
    """Return the goals that a figure measures."""
    aims = [goal for goal in goals if goal["indicator_id"] == figure_id]
    return "; ".join(f"{one['text']} ({one['year']})" if one["year"] else one["text"] for one in aims)


def edition(row: Json) -> Json:
    return {
        "edition": row["edition"],
        "share_percent": figure(row["share_percent"]),
        "value_state": VALUE.get(row["value_state"] or "", "") if not row["share_percent"] else "",
        "survey": row["survey"] or "",
    }


def share(series: list[Json]) -> Json:
    row = series[-1]
    words = f"mindestens {row['speed_mbit_s']} Mbit/s, {TECHNOLOGY[row['technology']]}"
    return {
        "area": row["area_name"],
        "definition": f"anteil ({BASE[row['base']]}): {words}, {CUSTOMER[row['customer']]}".casefold(),
        **{name: value for name, value in edition(row).items() if name != "survey"},
        "editions": [edition(one) for one in series],
        "source": row["source"] or "",
    }


def lateness(days: int) -> str:
    return f"seit {days} Tagen in Verzug" if days > 1 else "seit einem Tag in Verzug" if days else ""


def common(measure: Json) -> Json:
    """Return what the record and the table of measures call alike."""
    return {
        "measure_id": measure["measure_id"],
        "title": measure["title"],
        "status": measure["status"],
        "status_label": small(STATUS, measure["status"]),
        "progress_percent": figure(measure["progress_percent"]),
        "as_of": measure["as_of"],
        "vision_source": measure["vision_source"] or "",
        "funding": funding(measure),
        "url": measure["url"],
    }


class TestActions:
    def test_every_value(self, frozen: Json) -> None:
        """The report is put together again of what ``digitalms_measure_show`` says of each measure."""
        listed = call_action("digitalms_measure_list", **moment(frozen))["results"]
        keys = [one["measure_id"] for one in listed]
        assert [one["measure_id"] for one in frozen["measures"]] == keys
        shown = [
            call_action("digitalms_measure_show", id=key, include_coverage=True, **moment(frozen))
            for key in keys
        ]
        names = names_of([row for one in shown for row in one["council_references"]])
        visions = {one["title"]: one["vision"] for one in shown}
        for told, one in zip(frozen["measures"], shown, strict=True):
            made = self._made(one, names, visions, told["vision_of"])
            made["series"] = self._series(one, frozen)
            assert made == comparable(told)
            assert made.keys() | OF_THE_REPORT == told.keys()

    def _made(self, one: Json, names: dict[str, tuple[str, str]], visions: Json, vision_of: str) -> Json:
        texts = {row["id"]: row["text"] for row in one["goals"]}
        goals = [
            {
                "year": row["year"],
                "text": row["text"],
                "target": ": ".join(filter(None, (row["indicator"], row["target"]))),
                "actual": row["actual"] or "",
                "state": small(GOAL, row["state"]),
                "outcome": outcome(row["id"], one["goal_reviews"], texts),
            }
            for row in one["goals"]
        ]
        reasons = [row["reason"] or "" for row in one["milestones"]]
        return {
            **common(one),
            "level": one["depth"],
            "organisation": one["organisation_title"],
            "is_late": one["is_delayed"],
            "lateness": lateness(one["delay_days"]),
            "summary": one["notes"] or "",
            "statement": one["statement"] or "",
            "vision": visions[vision_of] if vision_of else one["vision"] or "",
            "vision_year": one["vision_year"],
            "vision_of": vision_of,
            "papers": [paper(row, names) for row in one["council_references"]],
            "goals": goals,
            "steps": steps(one["steps"]),
            "milestones": [
                {**milestone(row), "reason": reason}
                for row, reason in zip(one["milestones"], reasons, strict=True)
            ],
            "coverage": [share(each["series"]) for each in one["coverage"] if each["series"]],
            "obstacles": [
                {name: row[name] for name in ("text", "since", "until")} for row in one["obstacles"]
            ],
        }

    def _series(self, one: Json, frozen: Json) -> list[Json]:
        return [
            {
                "title": row["title"],
                "points": [{"day": row["day"], "value": figure(row["value"])}]
                if row["value"] is not None
                else [],
                "unit": row["unit"] or "",
                "target": figure(row["target"]),
                "definition": row["definition"] or "",
                "source": row["source"] or "",
                "why": why(row["id"], one["goals"]),
            }
            for row in one["indicators"]
        ]

    def test_what_changed(self, app: Any, frozen: Json) -> None:
        """“Seit dem letzten Bericht” is what the comparison of both days says, as it was known then."""
        asked = urlencode({"von": BEFORE, "bis": DAY, "bekannt_am": frozen["known_at"]})
        found = json.loads(app.get(f"/digitalisierung/vergleich.json?{asked}").body)["results"]
        told = [
            (one["measure_id"], change["kind"], change["text"])
            for one in frozen["measures"]
            for change in one["changes"]
        ]
        assert told
        assert sorted(told) == sorted((one["measure_id"], one["kind"], one["sentence"]) for one in found)

    def test_it_would_be_seen(self, frozen: Json) -> None:
        """As it is known today the day is another one: the comparison above compares something."""
        today = call_action("digitalms_measure_show", id="dms", cut_off_date=DAY)
        then = call_action("digitalms_measure_show", id="dms", **moment(frozen))
        assert (today["title"], then["title"]) == ("Ganz anders", "Dokumentenmanagementsystem (DMS)")
        first, last = frozen["previous"]["as_of"], frozen["as_of"]
        assert (first, last) == (BEFORE, DAY)


class TestTables:
    @pytest.fixture
    def tables(self, app: Any, frozen: Json) -> dict[str, list[Json]]:
        """The open tables of the day as CSV, cells without a value as ``None``."""
        found = {}
        for name in (*TABLES, *MORE_TABLES):
            answer = app.get(f"/digitalisierung/daten/{name}.csv?{address(frozen)}")
            assert answer.status_code == 200, answer.body
            read = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
            found[name] = [{key: value or None for key, value in row.items()} for row in read]
        return found

    def test_every_value(self, frozen: Json, tables: dict[str, list[Json]]) -> None:
        """The same of the rows of the tables; what no table has is left out and named here."""
        without = {"level", "organisation", "is_late", "lateness", "summary", "vision_of"}
        names = names_of(tables["council_references"])
        assert [row["measure_id"] for row in tables["measures"]] == [
            one["measure_id"] for one in frozen["measures"]
        ]
        for told, row in zip(frozen["measures"], tables["measures"], strict=True):
            key = row["measure_id"]
            own = {
                name: [one for one in rows if one.get("measure_id") == key] for name, rows in tables.items()
            }
            expected = comparable(told)
            made = self._made(row, own, tables, names)
            for goal in expected["goals"]:  # the wording of what measures a goal is in no table
                goal["target"] = goal["target"].rpartition(": ")[2]
            for each in expected["milestones"]:
                del each["reason"]  # is told in the table of shifts
            if told["vision_of"]:
                made["vision"] = next(
                    one["vision"] for one in tables["measures"] if one["title"] == told["vision_of"]
                )
            assert made == {name: value for name, value in expected.items() if name not in without}
            assert (row["is_delayed"] == "true") is told["is_late"]

    def _made(
        self, row: Json, own: dict[str, list[Json]], tables: dict[str, list[Json]], names: dict[str, Any]
    ) -> Json:
        texts = {goal["goal_id"]: goal["text"] for goal in own["goals"]}
        there = [goal for goal in own["goals"] if not goal["removed_on"]]
        cited = [one for one in own["council_references"] if one["role"] != "mention" or one["original"]]
        stated = [one for one in own["status_series"] if one["as_of"] == row["as_of"]]
        return {
            **common(row),
            "statement": stated[-1]["statement"] or "",
            "vision": row["vision"] or "",
            "vision_year": int(row["vision_year"]) if row["vision_year"] else None,
            "papers": [paper(one, names) for one in cited],
            "goals": [
                {
                    "year": int(goal["year"]) if goal["year"] else None,
                    "text": goal["text"],
                    "target": goal["target"] or "",
                    "actual": goal["actual"] or "",
                    "state": small(GOAL, goal["state"]),
                    "outcome": outcome(goal["goal_id"], tables["goal_reviews"], texts),
                }
                for goal in there
            ],
            "steps": steps([one for one in own["steps"] if not one["removed_on"]]),
            "milestones": [milestone(one) for one in own["milestones"] if not one["removed_on"]],
            "series": self._series(own["indicators"], there),
            "coverage": [
                share(found) for link in own["coverage_links"] if (found := self._counted(link, tables))
            ],
            "obstacles": [
                {name: one[name] for name in ("text", "since", "until")} for one in own["obstacles"]
            ],
        }

    def _counted(self, link: Json, tables: dict[str, list[Json]]) -> list[Json]:
        asked = ("area_code", "technology", "speed_mbit_s", "customer", "base")
        found = [row for row in tables["coverage"] if all(row[name] == link[name] for name in asked)]
        return sorted(found, key=lambda row: str(row["edition"]))

    def _series(self, rows: list[Json], goals: list[Json]) -> list[Json]:
        """Return the figures: of several values of a day the last one counts."""
        made: dict[str, Json] = {}
        for row in rows:
            told = made.setdefault(
                row["indicator_id"],
                {
                    "title": row["title"],
                    "points": {},
                    "unit": row["unit"] or "",
                    "target": figure(row["target"]),
                    "definition": row["definition"] or "",
                    "source": row["source"] or "",
                    "why": why(row["indicator_id"], goals),
                },
            )
            if row["value"] is not None:
                told["points"][row["date"]] = figure(row["value"])
        return [
            {**one, "points": [{"day": on, "value": one["points"][on]} for on in sorted(one["points"])]}
            for one in made.values()
        ]


class TestPages:
    def test_every_text(self, app: Any, frozen: Json) -> None:
        """All that the report says of a measure in words and figures stands on its page of that day."""
        missing: dict[str, list[str]] = {}
        for told in frozen["measures"]:
            page = app.get(f"/digitalisierungsmassnahme/{told['measure_id']}?{address(frozen)}")
            assert page.status_code == 200
            shown = BeautifulSoup(page.body, "html.parser")
            for history in shown.select(".dm-timeline"):  # where it stands as a change
                history.decompose()
            text = squeezed(f"{shown.get_text(' ')} {' '.join(one['href'] for one in shown('a', href=True))}")
            for each in said(told):
                if squeezed(each).casefold() not in text.casefold():
                    missing.setdefault(told["measure_id"], []).append(each)
        assert missing == {}


def said(told: Json) -> Iterator[str]:
    """Go through what a page must say of a measure: all texts, days and numbers of the report."""
    own = ("title", "statement", "summary", "organisation", "vision_source", "status_label")
    lists = {
        # its title, where another measure says it, stands on the page of the paper
        "papers": lambda one: (one["reference"], one["role"], one["decided"]),
        "goals": lambda one: (one["text"], one["actual"], one["target"].rpartition(": ")[2], one["state"]),
        "steps": lambda one: (one["label"], *one["texts"]),
        "milestones": lambda one: (
            *(one["title"], one["worded"], one["label"]),
            *(day(one["latest"]), day(one["met_on"])),
        ),
        "series": lambda one: (
            *(one["title"], one["unit"], one["definition"], one["source"]),
            *(german(point["value"]) for point in one["points"]),
        ),
        "coverage": lambda one: (german(one["share_percent"]), one["source"], one["area"]),
        "obstacles": lambda one: (one["text"], in_words(one["since"]), in_words(one["until"])),
    }
    texts = [told[name] for name in own]
    texts += [] if told["vision_of"] else [told["vision"]]
    texts += [german(told["progress_percent"])] if told["progress_percent"] else []
    texts += [text for name, parts in lists.items() for one in told[name] for text in parts(one)]
    texts += re.split(r", | (?=Euro)", told["funding"].replace(" Euro", ""))
    yield from filter(None, texts)


def in_words(text: str | None) -> str:
    return format_date(date.fromisoformat(text), "d. MMMM y", locale="de") if text else ""


def german(value: str) -> str:
    return f"{Decimal(value).normalize():,f}".translate(str.maketrans(",.", ".,"))
