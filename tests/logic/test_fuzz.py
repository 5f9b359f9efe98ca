"""Whatever the API and the pages are given, by whomever: an answer, and never a server error.

The suite asks the same questions each time. ``DIGITALMS_FUZZ=2000 script/test tests/logic/test_fuzz.py`` asks
so many random ones, anew each time.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import logic
from ckan.tests import factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.digitalms.middleware.api_input import NO_ACTIONS

LONG_RUN = int(os.environ.get("DIGITALMS_FUZZ", "0"))
PERSONAS = ("anonymous", "stranger", "editor", "sysadmin")
# what would speak to a mail server, or wait for a queue
NOT_ASKED = {"send_email_notifications", "user_invite"}
_PARAMETER = re.compile(r":param (?:\w+ )?([\w.]+)\s*:|^ {4,12}([a-z_]+): ", re.MULTILINE)
COMMON = ("id", "name", "q", "limit", "offset")
DEEP: Any = json.loads("[" * 60 + "]" * 60)
NASTY: tuple[Any, ...] = (
    *("", "x", "dms", "citeq", "a\0b", "\ud800", "x" * 5000, "10" * 15, "-1", "0", "true", "1e999", "NaN"),
    *("9999-12-31", "0001-01-01T00:00:00+14:00", "Łódź %s {x} \\evil", "[]", "{", '"', "*:*", "a:b:c (", "_"),
    *(
        None,
        True,
        5,
        -1,
        2.5,
        10**30,
        -(2**63),
        [],
        {},
        [[]],
        [{}],
        ["dms", None],
        {"id": "dms"},
        {"a": {"b": [1]}},
    ),
    DEEP,
)
LEAVES = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


def actions() -> list[str]:
    """Every action there is, CKAN's, harvest's, the DataStore's and ours."""
    logic.get_action("package_show")
    return sorted(set(logic._actions) - NO_ACTIONS - NOT_ASKED)


def parameters(action: str) -> tuple[str, ...]:
    """The names that an action says it knows."""
    told = inspect.getdoc(logic.get_action(action)) or ""
    found = [one or other for one, other in _PARAMETER.findall(told)]
    return tuple(dict.fromkeys([*found, *COMMON]))


@pytest.fixture
def ask(app: Any, personas: dict[str, str], make_measure: Any) -> Any:
    """Call an action as a persona; give what went wrong, or nothing."""
    make_measure()
    source = {"name": "quelle", "title": "Quelle", "url": "https://example.org/a.csv", "owner_org": "citeq"}
    tk.get_action("harvest_source_create")(
        {"user": personas["sysadmin"]}, {**source, "source_type": "digitalms_progress"}
    )
    keys = {p: factories.APIToken(user=name)["token"] for p, name in personas.items() if name}

    def call(action: str, persona: str, data: dict[str, Any]) -> str | None:
        headers = {"Content-Type": "application/json"}
        if persona in keys:
            headers["Authorization"] = keys[persona]
        answer = app.post(f"/api/action/{action}", data=json.dumps(data), headers=headers)
        if answer.status_code < 500:
            return None
        return f"{action} as {persona} with {json.dumps(data)[:200]}"

    return call


@st.composite
def calls(draw: Any) -> tuple[str, str, dict[str, Any]]:
    """An action, who calls it, and values for some of its parameters."""
    action = draw(st.sampled_from(actions()))
    names = draw(st.lists(st.sampled_from(parameters(action)), max_size=4))
    persona = draw(st.sampled_from(PERSONAS if LONG_RUN else PERSONAS[:3]))
    return action, persona, {name: draw(VALUES) for name in names}


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestActions:
    def test_each_with_what_does_not_fit(self, ask):
        """Nothing at all, and a nasty value for all parameters of each action."""
        found = []
        for number, action in enumerate(actions()):
            value = NASTY[number % len(NASTY)]
            found.append(ask(action, PERSONAS[number % 2], {}))
            found.append(ask(action, PERSONAS[number % 3], dict.fromkeys(parameters(action), value)))
        assert [one for one in found if one] == []

    def test_generated(self, ask):
        """Generated values, lists and objects; as sysadmin only in the long run, which destroys much."""

        @settings(
            max_examples=LONG_RUN or 60,
            derandomize=not LONG_RUN,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(calls())
        def check(call: tuple[str, str, dict[str, Any]]) -> None:
            assert ask(*call) is None

        check()
