"""A Table Schema that somebody uploads: taken over in what is known, refused with a sentence in the rest."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.custom_tables.schema_check import SchemaError, check_schema, read_schema

pytestmark = pytest.mark.pure

NAMED = {"description": ""}
FIELD = {"name": "ags", "title": "AGS", "type": "string"}


def schema(**more: Any) -> dict[str, Any]:
    return {"fields": [FIELD], **more}


def field(**more: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", **more}]}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Nothing is fetched from anywhere."""

    def refuse(*args: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class TestTakenOver:
    def test_what_is_known(self):
        """Shape and constraints stay, everything else is left out."""
        told = {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "name": "x",
            "fields": [
                {
                    **FIELD,
                    "constraints": {"required": True, "unique": False},
                    "rdfType": "https://example.org",
                },
                {"name": "wert", "type": "number", "decimalChar": ",", "groupChar": "."},
                {"name": "tag", "type": "date", "format": "%d.%m.%Y", "description": "Der Tag"},
                {"name": "mail", "format": "email"},
            ],
            "primaryKey": "ags",
            "missingValues": ["", "-"],
        }
        assert check_schema(told) == {
            "fields": [
                {**NAMED, "name": "ags", "title": "AGS", "type": "string", "constraints": {"required": True}},
                {
                    **NAMED,
                    "title": "wert",
                    "name": "wert",
                    "type": "number",
                    "decimalChar": ",",
                    "groupChar": ".",
                },
                {
                    "name": "tag",
                    "title": "tag",
                    "description": "Der Tag",
                    "type": "date",
                    "format": "%d.%m.%Y",
                },
                {"name": "mail", "title": "mail", "description": "", "type": "string", "format": "email"},
            ],
            "primaryKey": ["ags"],
            "missingValues": ["", "-"],
        }

    def test_with_a_mark_in_front(self):
        """As Windows programs save JSON."""
        assert read_schema(b"\xef\xbb\xbf" + json.dumps(schema()).encode())["fields"][0]["name"] == "ags"


REFUSED = {
    "ref": (field(type="string", constraints={"$ref": "#"}), "$ref"),
    "ref to itself": (schema(**{"$ref": "#/fields/0"}), "$ref"),
    "remote profile": (schema(**{"$schema": "http://169.254.169.254/x"}), "169.254"),
    "file profile": (schema(profile="file:///etc/passwd"), "etc/passwd"),
    "foreign key": (
        schema(foreignKeys=[{"fields": "ags", "reference": {"resource": "http://x", "fields": "a"}}]),
        "foreignKeys",
    ),
    "key to itself": (
        schema(foreignKeys=[{"fields": "ags", "reference": {"resource": "", "fields": "ags"}}]),
        "foreignKeys",
    ),
    "type": (field(type="geopoint"), "geopoint"),
    "type as list": (field(type=["string"]), "string"),
    "format": (field(type="string", format="binary"), "binary"),
    "day": (field(type="date", format="%s"), "%s"),
    "bare": (field(type="number", bareNumber=False), "bareNumber"),
    "shape": (field(type="number", decimalChar=",", groupChar=","), "decimalChar"),
    "constraint": (field(constraints={"jsonSchema": {}}), "jsonSchema"),
    "constraint value": (field(constraints={"enum": []}), "enum"),
    "constraint of a wrong kind": (field(constraints={"required": 1}), "required"),
    "minimum of a text": (field(type="integer", constraints={"minimum": "viel"}), "minimum"),
    "pattern": (field(constraints={"pattern": "("}), "RE2 cannot read it (missing ): ()"),
    "pattern that closes what it has not opened": (field(constraints={"pattern": "a)|(b"}), "unexpected )"),
    "pattern that looks behind": (field(constraints={"pattern": "(?<=a)b"}), "RE2 cannot read it"),
    "pattern that looks back": (field(constraints={"pattern": r"(a)\1"}), "RE2 cannot read it"),
    "pattern that is read in two ways": (field(constraints={"pattern": "a{,3}"}), "write {0,3}"),
    "huge pattern": (field(constraints={"pattern": r"\p{L}{900}"}), "too large"),
    "large pattern": (field(constraints={"pattern": r"\p{L}{50}"}), "repeats too much"),
    "long pattern": (field(constraints={"pattern": "a" * 201}), "longer than 200"),
    "no name": ({"fields": [{}]}, "called"),
    "quoted name": ({"fields": [{"name": 'a"b'}]}, "called"),
    "underscore": ({"fields": [{"name": "_id"}]}, "_id"),
    "long name": ({"fields": [{"name": "ä" * 31}]}, "bytes"),
    "control": ({"fields": [{"name": "a\0b"}]}, "called"),
    "twice": ({"fields": [FIELD, FIELD]}, "more than once"),
    "many": ({"fields": [{"name": f"s{n}"} for n in range(10_000)]}, "10000"),
    "no fields": ({"fields": []}, "fields"),
    "fields as text": ({"fields": "ags"}, "fields"),
    "field as text": ({"fields": ["ags"]}, "Field 1"),
    "list": ([], "fields"),
    "key": (schema(primaryKey=["nirgends"]), "nirgends"),
    "key twice": (schema(primaryKey=["ags", "ags"]), "ags"),
    "missing values": (schema(missingValues="-"), "missingValues"),
}


class TestRefused:
    @pytest.mark.parametrize("name", REFUSED)
    def test_with_a_sentence(self, name):
        """The sentence names what was found."""
        told, word = REFUSED[name]
        with pytest.raises(SchemaError) as refused:
            check_schema(told)
        assert word in str(refused.value.message)

    @pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'"x"', b"x" * (10**6 + 1)])
    def test_what_is_no_json(self, data):
        """Neither is what is too large or nested too deeply."""
        with pytest.raises(SchemaError):
            read_schema(data)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["name", "type", "format", "constraints", "enum", "x", "title"]), inner
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=examples(100, 30), deadline=None)
@given(st.dictionaries(st.sampled_from(["fields", "primaryKey", "missingValues", "profile"]), JSON))
def test_any_json_is_checked(told):
    """Whatever it is: it is taken over or refused with a sentence."""
    sentence = "taken over"
    try:
        check_schema({"fields": [FIELD], **told})
    except SchemaError as refused:
        sentence = str(refused.message)
    assert sentence
