"""CKAN's pages where Solr refuses what stands in their address."""

from __future__ import annotations

import pytest
from ckan.tests import factories

REFUSED = ("?sort=%00", "?page=107374184")


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_pages_without_hits(app):
    """They show themselves, say so, and have no facets."""
    pages = [f"/organization/{factories.Organization()['name']}", f"/group/{factories.Group()['name']}"]
    for page in pages:
        for asked in REFUSED:
            answer = app.get(page + asked)
            assert answer.status_code == 200, (page, asked)
            assert "<h1>Fehler</h1>" in answer.body, (page, asked)
            assert "Die Suche ist fehlgeschlagen" in answer.body, (page, asked)
