"""The whole index is written anew while it is searched; what is in it afterwards is what CKAN would write."""

from __future__ import annotations

import pysolr
import pytest
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stored_state import STATE

from ckanext.digitalms.cli import digitalms
from ckanext.digitalms.search import entry_index, index, rebuilding

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "entries")


@pytest.fixture
def entries(make_measure, office):
    """Measures and datasets, public and private."""

    def make():
        make_measure()
        for number in range(3):
            factories.Dataset(name=f"baeume-{number}", owner_org=office["id"], notes=f"Alle Bäume {number}.")
        factories.Dataset(name="geheim", private=True, owner_org=office["id"])

    STATE.once("index to be rebuilt", make)


def stored():
    """Every document of the index by its key, without what Solr says of it."""
    found = make_connection().search("*:*", rows=1000).docs
    untold = {"_version_", "indexed_ts"}
    return {doc["index_id"]: {k: v for k, v in doc.items() if k not in untold} for doc in found}


def test_as_ckan_writes_it():
    """The same documents, and the same entries, in one process or several."""
    search.rebuild(quiet=True)
    index.rebuild_entries()
    theirs = stored()
    for processes in (1, 2):
        search.clear_all()
        assert rebuilding.rebuild(processes) == 5
        ours = stored()
        assert ours.keys() <= theirs.keys()
        assert ours == {key: theirs[key] for key in ours}
        assert {theirs[key]["id"][:5] for key in theirs.keys() - ours.keys()} <= {"page:"}


def test_it_is_never_empty(monkeypatch):
    """At no moment less is found: each write is looked at with a commit of its own behind it."""
    rebuilding.rebuild(1)
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 2)
    before = len(stored())
    seen = []

    def watched(method):
        def call(solr, *args, **kwargs):
            told = method(solr, *args, **{**kwargs, "commit": True})
            seen.append(len(stored()))
            return told

        return call

    for name in ("add", "delete"):
        monkeypatch.setattr(pysolr.Solr, name, watched(getattr(pysolr.Solr, name)))
    rebuilding.rebuild(1)
    assert len(seen) >= 6
    assert min(seen) == max(seen) == before


def test_what_is_left_over(cli, office):
    """What no dataset is behind goes, what was changed meanwhile is mended, surplus entries go."""
    rebuilding.rebuild(1)
    gone = call_action("package_show", id="baeume-2")["id"]
    entry_index.write_packages({gone: [{"index_id": "alt", "id": gone, "site_id": entry_index.site_id()}]})
    make_connection().commit()
    assert "alt" in stored()
    model.Session.get(model.Package, gone).delete()
    model.Session.commit()
    done = cli.invoke(digitalms, ["reindex", "--processes", "1"])
    assert done.exit_code == 0, done.output
    assert "alt" not in stored()
    assert call_action("package_search", q="name:baeume-*")["count"] == 2


def test_solr_is_away(monkeypatch):
    """Is told, and nothing is taken out."""
    rebuilding.rebuild(1)
    before = stored()

    def refuse(*args, **kwargs):
        raise pysolr.SolrError("away")

    with monkeypatch.context() as broken:
        broken.setattr(pysolr.Solr, "add", refuse)
        with pytest.raises(pysolr.SolrError):
            rebuilding.rebuild(1)
    assert stored() == before
