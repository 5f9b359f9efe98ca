"""One search for all that the catalogue has: who finds what, how, and when it follows a change."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from searched_demo import ask, names
from suite_settings import examples
from test_typed_queries import NASTY

from ckanext.digitalms.cli import digitalms
from ckanext.digitalms.search import entry_index, index
from ckanext.digitalms.services import searched_pages
from ckanext.digitalms.storable import is_storable

pytestmark = pytest.mark.usefixtures("catalogue")


def clean(typed):
    """Leave out what no action takes: control characters and halves of signs."""
    return "".join(c for c in typed if is_storable(c) and c != "\x00")


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


class TestKinds:
    def test_every_kind_is_named(self, make_measure, office):
        """A measure, a dataset, a paper and a page in one list, each with its address."""
        make_measure(notes="Vom Zebrastreifen")
        factories.Dataset(name="zebras", title="Zebrastreifen", owner_org=office["id"])
        searched_pages.refresh()
        found = {one["name"]: one for one in ask("Zebrastreifen")["results"]}
        assert {name: one["kind"] for name, one in found.items()} == {"zebras": "dataset", "dms": "measure"}
        assert found["dms"]["url"] == "/digitalisierungsmassnahme/dms"
        assert found["dms"]["status"] == "in_preparation"
        [paper] = ask("V/0954/2018", kind="paper")["results"]
        assert (paper["kind"], paper["url"]) == ("paper", "/digitalisierung/ratsbezug/V/0954/2018")
        kinds = {one["kind"] for one in ask("Impressum")["results"]}
        assert kinds == {"page"}
        assert ask("verspätet", kind="page")["results"][0]["url"].startswith("/digitalisierung/definitionen#")

    def test_a_paper_stands_once(self, make_measure):
        """Two measures cite it, and it is one thing that is found."""
        make_measure()
        make_measure(name="zwei", title="Zwei")
        assert names("V/0954/2018", kind="paper") == ["V/0954/2018"]
        assert sorted(names("V/0954/2018", kind="measure")) == ["dms", "zwei"]

    def test_package_search_knows_nothing_of_them(self, make_measure):
        """Scripts find what they found before."""
        make_measure()
        searched_pages.refresh()
        assert act("package_search")["count"] == 1


class TestAnalysis:
    def test_parts_and_spellings(self, office):
        """Compounds fall into words on both sides; hyphens, blanks and umlauts do not matter."""
        for number, title in enumerate(("Ausbau der Glasfaser", "Open Data", "WLAN-Zugang", "Bürgerdienst")):
            factories.Dataset(name=f"eins-{number}", title=title, owner_org=office["id"])
        for q, number in (
            ("Glasfaserausbau", 0),
            *((q, 1) for q in ("OpenData", "Open-Data", "open data", "opendata")),
            *((q, 2) for q in ("W-LAN", "WLAN", "Wi-Fi", "wlan zugang", "WLANZugang")),
            *((q, 3) for q in ("Buergerdienst", "Bürgerdienste", "Dienst Bürger")),
        ):
            assert names(q) == [f"eins-{number}"], q

    def test_a_word_before_its_compounds(self, office):
        """Schule ranks before Hochschule, and Burg is no Bürger."""
        for name, title in (("a", "Hochschulen"), ("b", "Schulen"), ("c", "Bürgerinnen und Bürger")):
            factories.Dataset(name=f"{name}{name}", title=title, owner_org=office["id"])
        assert names("Schule") == ["bb", "aa"]
        assert names("Burg") == []

    def test_days(self, make_measure):
        """A day in any form, and a month."""
        make_measure(milestones=[{"title": "Start", "latest": "2019-06-30"}])
        for q in ("30.06.2019", "30.6.2019", "30. Juni 2019", "2019-06-30", "30.06.19", "Juni 2019"):
            assert "dms" in names(q), q
        assert names("29.06.2019") == []

    def test_states_are_words(self, make_measure):
        """Late is who is late today, done is who is done."""
        make_measure(milestones=[{"title": "Start", "latest": "2019-06-30"}])
        make_measure(name="fertiges", title="Anderes", status="done", progress_percent=100, steps=[])
        assert names("verspätet") == ["dms"]
        assert names("fertig") == ["fertiges"]
        assert names("in Vorbereitung") == ["dms"]
        assert names(status="delayed") == ["dms"]
        [late] = ask(status="delayed")["results"]
        assert late["is_delayed"] is True


class TestTypos:
    def test_nearly_the_same(self, make_measure):
        """A word that nobody has is taken for the nearest, and that is said; one that is found is not."""
        make_measure()
        found = ask("Dokumentenmanagment")
        assert found["results"][0]["name"] == "dms"
        assert found["corrections"] == [{"typed": "Dokumentenmanagment", "meant": "Dokumentenmanagement"}]
        assert ask("Dokumentenmanagement")["corrections"] == []

    def test_some_of_the_words(self, make_measure):
        """Where nothing has all words, what has some of them is shown, and that is said."""
        make_measure()
        found = ask("Dokumentenmanagement Xylophon")
        assert found["has_only_some"] is True
        assert found["results"][0]["name"] == "dms"

    def test_nothing(self, make_measure):
        """Words that begin like it help on."""
        make_measure()
        found = ask("Dokuxyz")
        assert (found["count"], found["corrections"]) == (0, [])
        assert "Dokumentenmanagement" in found["nearest"]


class TestInternal:
    SECRET = "Geheimnisvorhaben"

    @pytest.fixture
    def secret(self, personas, make_measure):
        make_measure()
        make_measure(
            name="geheim",
            title=self.SECRET,
            private=True,
            position=9,
            council_references=[{"reference": "V/7777/2019", "role": "basis"}],
        )
        return personas

    def test_found_by_its_keepers(self, secret):
        """Who keeps it finds it where they ask for it, marked; nobody else does."""
        for persona, finds in (
            ("anonymous", False),
            ("stranger", False),
            ("other_editor", False),
            ("editor", True),
            ("coordinator", True),
            ("sysadmin", True),
        ):
            found = ask(self.SECRET, secret[persona], include_internal=True)["results"]
            assert bool(found) is finds, persona
            assert all(one["visibility"] == "private" for one in found)
            assert names(self.SECRET, secret[persona]) == []

    def test_no_word_is_told(self, secret):
        """Nor proposed, nor corrected to, nor counted, nor its paper found."""
        propose = tk.get_action("digitalms_search_propose")
        for persona in ("anonymous", "stranger", "other_editor"):
            told = propose({"user": secret[persona]}, {"q": "Geheimn"})
            assert told == {"results": [], "words": []}
            found = ask("Geheimnisvorhabn", secret[persona], include_internal=True)
            assert (found["count"], found["corrections"], found["nearest"]) == (0, [], [])
            assert names("V/7777/2019", secret[persona], include_internal=True) == []
        told = propose({"user": secret["editor"]}, {"q": "Geheimn"})
        assert told["words"] == [self.SECRET]
        assert [one["name"] for one in told["results"]] == ["geheim"]

    def test_when_it_becomes_private(self, secret):
        """What was public is found by nobody from then on."""
        assert names("Dokumentenmanagement")[0] == "dms"
        act("package_patch", id="dms", private=True)
        assert names("Dokumentenmanagement") == []
        assert names("V/0954/2018") == []


class TestFollowing:
    def test_changes(self, make_measure):
        """What is changed, deleted and purged is so in the search at once."""
        measure = make_measure()
        act("package_patch", id="dms", title="Zettelkasten")
        assert names("Zettelkasten", kind="measure") == ["dms"]
        act("package_delete", id="dms")
        assert names("Zettelkasten") == []
        act("dataset_purge", id=measure["id"])
        assert entry_index.stored_marks() == {}

    def test_only_what_is_committed(self, make_measure):
        """A change that is given up never was."""
        make_measure()
        context = {"ignore_auth": True, "user": "", "defer_commit": True}
        tk.get_action("package_patch")(context, {"id": "dms", "title": "Zettelkasten"})
        model.Session.rollback()
        assert names("Zettelkasten") == []

    def test_while_search_is_away(self, make_measure, solr_away):
        """The change is saved; the entries come with the next comparison."""
        make_measure()
        with solr_away():
            act("package_patch", id="dms", title="Zettelkasten")
        assert act("package_show", id="dms", use_cache=False)["title"] == "Zettelkasten"
        assert index.compare().count == 1
        index.repair()
        assert names("Zettelkasten", kind="measure") == ["dms"]
        assert index.compare().count == 0

    def test_compared_and_mended(self, make_measure, cli):
        """What is missing, outdated or left over is found by the check and mended; pages, too."""
        measure = make_measure()
        entry_index.clear()
        assert index.compare().missing == [measure["id"]]
        done = cli.invoke(digitalms, ["reindex-check"])
        assert (done.exit_code, "1 missing" in done.output) == (0, True)
        assert searched_pages.refresh() == 0
        assert names("Impressum") == ["city:impressum"]
        assert names("DMS")[0] == "dms"
        documents = [{**one, "id": "weg", "index_id": "weg"} for one in _documents(measure["id"])[:1]]
        make_connection().add(documents, commit=True)
        assert index.compare().surplus == ["weg"]
        index.repair()
        assert index.compare().count == 0

    def test_rebuilt(self, make_measure):
        """A rebuild leaves what is there as it is."""
        make_measure()
        before = names()
        assert index.rebuild_entries() == 1
        assert names() == before


def _documents(package_id):
    asked = {"fq": [f"id:{package_id}", "entity_type:digitalms_entry"], "fl": "*"}
    found = make_connection().search("*:*", **asked)
    return [
        {key: value for key, value in doc.items() if key not in {"_version_", "indexed_ts"}}
        for doc in found.docs
    ]


class TestFilters:
    def test_counts_lead_somewhere(self, make_measure, office):
        """Each value has as many as it says, none is empty, and a second one of a filter adds to it."""
        make_measure()
        make_measure(name="zwei", title="Zwei", status="planned", position=2)
        factories.Dataset(name="daten", owner_org=office["id"], license_id="dl-by-de/2.0", title="Daten")
        facets = ask()["facets"]
        for name, values in facets.items():
            for one in values:
                assert one["count"] > 0
                assert ask(**{name: one["value"]})["count"] == one["count"], (name, one)
        assert {one["value"] for one in facets["status"]} == {"planned", "in_preparation"}
        assert ask(status=["planned", "in_preparation"])["count"] == 2
        assert ask(status="planned", kind="dataset")["count"] == 0
        narrowed = ask(status="planned")["facets"]
        assert {one["value"]: one["count"] for one in narrowed["status"]} == {
            "planned": 1,
            "in_preparation": 1,
        }
        assert facets["organisation"] == [{"value": "citeq", "label": office["title"], "count": 3}]

    def test_german_order(self, office):
        """By title as a dictionary has it: ä beside a."""
        for number, title in enumerate(("Zebra", "Äpfelchen", "apfel", "Birnen")):
            factories.Dataset(name=f"eins-{number}", title=title, owner_org=office["id"])
        assert [one["title"] for one in ask(sort="title")["results"]] == [
            "apfel",
            "Äpfelchen",
            "Birnen",
            "Zebra",
        ]

    def test_refused(self):
        """What is no kind, no status or no order is told with what there is."""
        for wrong in ({"kind": "x"}, {"status": "x"}, {"sort": "x"}, {"limit": 5000}, {"nix": 1}):
            with pytest.raises(tk.ValidationError) as refused:
                ask(**wrong)
            assert set(refused.value.error_dict) == set(wrong)


class TestBadInput:
    def test_nothing_typed_is_an_error(self, make_measure):
        """Whatever is typed, the search answers, and so does what is proposed meanwhile."""
        make_measure()
        propose = tk.get_action("digitalms_search_propose")
        for typed in (
            *NASTY,
            "مرحبا",
            "你好",
            "Ελλάδα",
            "x:" * 400,
            '"' * 999,
            "-" * 999,
            "\t\n",
            "ä" * 10_000,
        ):
            ask(clean(typed))
            propose({"user": ""}, {"q": clean(typed)})
        assert ask("wort " * 5_000)["is_cut"] is True
        assert ask("Akten")["is_cut"] is False

    @given(
        st.text(alphabet=st.sampled_from(list("aB1:/\\()[]{}^~*?!&|+-\"' ANDORT.,;<>=_#@äß$%")), max_size=30)
    )
    @settings(
        max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_nor_any_mixture(self, make_measure, typed):
        ask(typed)
        tk.get_action("digitalms_search_propose")({"user": ""}, {"q": typed})
