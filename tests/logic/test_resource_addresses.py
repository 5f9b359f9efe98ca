"""Addresses that people give resources: what a browser goes to, and nothing that it runs."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

WRONG = (
    "javascript:alert(1)",
    " JaVaScript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "https://[::1",
)
RIGHT = (
    "https://example.org/a.csv",
    "http://example.org/ä b",
    "ftp://example.org/a.csv",
    "example.org/a.csv",
    "",
)


@pytest.fixture
def kept(personas: dict[str, str], make_measure: Any) -> dict[str, str]:
    """A measure and a dataset of the same office."""
    made = factories.Dataset(name="hunde", owner_org="citeq")
    return {"measure": make_measure()["id"], "dataset": made["id"]}


def test_resources(kept, personas, subtests):
    """A wrong address is told with what is allowed; a file's name or an address of the web is taken."""
    create, context = tk.get_action("resource_create"), {"user": personas["editor"]}
    for kind, package_id in kept.items():
        for url in WRONG:
            with subtests.test(kind=kind, url=url), pytest.raises(tk.ValidationError) as refused:
                create(dict(context), {"package_id": package_id, "name": "a", "url": url})
            assert "no address" in str(refused.value)
        for url in RIGHT:
            create(dict(context), {"package_id": package_id, "name": "a", "url": url})


def test_what_is_there_already(kept, app):
    """The page that leads to such an address is not there, in a catalogue that has taken it before."""
    link = factories.Resource(package_id="hunde", url="https://example.org/a.csv")
    address = f"/dataset/hunde/resource/{link['id']}/download"
    assert app.get(address, follow_redirects=False).headers["Location"] == "https://example.org/a.csv"
    for url in WRONG:
        model.Resource.get(link["id"]).url = url
        model.repo.commit()
        assert app.get(address, status=404).status_code == 404, url
