"""What tests write into the index waits, and whoever asks finds what they would have found at once."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from ckan.lib.search.common import make_connection
from search_documents import document

pytestmark = pytest.mark.usefixtures("catalogue")

COUNT = "import pysolr; print(pysolr.Solr({!r}).search('name:eins', rows=0).hits)"


def put(name: str, *, visible: bool) -> dict[str, Any]:
    made = document(name, name)
    make_connection().add([made], commit=visible)
    return made


def take_out(made: dict[str, Any], *, visible: bool) -> None:
    make_connection().delete(id=made["index_id"], commit=visible)


def found() -> list[str]:
    return sorted(doc["name"] for doc in make_connection().search("*:*", fl="name").docs)


def test_only_what_was_made_visible_is_seen() -> None:
    put("eins", visible=True)
    put("zwei", visible=False)
    assert found() == ["eins"]
    make_connection().commit()
    assert found() == ["eins", "zwei"]


def test_the_order_is_kept() -> None:
    take_out(put("eins", visible=True), visible=True)
    one = put("zwei", visible=True)
    take_out(one, visible=False)
    assert found() == ["zwei"]
    make_connection().commit(softCommit=True)
    assert found() == []


def test_a_program_that_begins_sees_it() -> None:
    put("eins", visible=True)
    program = [sys.executable, "-c", COUNT.format(make_connection().url)]
    told = subprocess.run(program, capture_output=True, check=True)
    assert told.stdout.strip() == b"1", told.stderr
