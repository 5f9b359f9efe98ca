"""Pages name styles and scripts without looking at their files each time."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.lib import webassets_tools
from webassets import Bundle


def _no_look(*_: Any) -> None:
    pytest.fail("the files were looked at again")


def test_files_are_looked_at_once(app, monkeypatch):
    """The second page asks no file."""
    bundle = webassets_tools.env["base/main"]
    first = bundle.urls()
    assert first
    monkeypatch.setattr(Bundle, "_urls", _no_look)
    assert bundle.urls() == first


@pytest.mark.ckan_config("ckan.webassets.debug", True)
def test_whoever_works_on_them_sees_changes(app):
    """With CKAN's option for that every page looks."""
    assert "urls" not in vars(webassets_tools.env["base/main"])
