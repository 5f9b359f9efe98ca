"""Who may do what: every action and every page there is, by persona, against a table that was reviewed.

``tests/data/persona_matrix.csv`` has a row for each action (``action NAME``) and each page without arguments
that is read (``GET RULE``): *yes*, *no*, *sign in*, *needs more* (nothing there to ask) or *asks others*
(the action asks for each thing that it does). What is asked about is the measure and source of one office.
A new action or page needs a row there: decide who may, and write it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import authz, logic, model
from ckan.tests import factories

from ckanext.digitalms.middleware.api_input import NO_ACTIONS

PERSONAS = ("anonymous", "stranger", "editor", "other_editor", "coordinator", "sysadmin")
TABLE = Path(__file__).parents[1] / "data" / "persona_matrix.csv"
HOW_TO = "add a row to tests/data/persona_matrix.csv that says who may: yes, no or sign in"
_ORGANISATION = ("organization", "group", "member", "bulk_update")


def actions() -> list[str]:
    """Every action, CKAN's, harvest's, the DataStore's and ours."""
    logic.get_action("package_show")
    return sorted(set(logic._actions) - NO_ACTIONS)


def routes(app: Any) -> list[str]:
    """Every rule that is read."""
    rules = app.flask_app.url_map.iter_rules()
    return sorted({str(rule.rule) for rule in rules if "GET" in (rule.methods or ())})


def _thing(action: str, office: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    kinds = {"user": "user", "api_token": "user", "harvest": "source", "resource": "resource"}
    kind = next((kind for start, kind in kinds.items() if action.startswith(start)), "measure")
    own = ids["organisation"] if action.startswith(_ORGANISATION) else ids[kind]
    more = {"source_id": ids["source"], "resource_id": ids["resource"], "package_id": ids["measure"]}
    about = {
        "user_id": ids["user"],
        "user": ids["user"],
        "org_id": office["id"],
        "dataset_id": ids["measure"],
    }
    nested = {
        "package": {"id": ids["measure"]},
        "resource": {"id": ids["resource"], "package_id": ids["measure"]},
    }
    organisation = {"owner_org": office["id"], "organisation": office["name"]}
    return {"id": own, **more, **about, **nested, **organisation, "q": "", "username": ids["user"]}


def _may(action: str, user: str, data: dict[str, Any]) -> str:
    if action not in authz.auth_functions_list():
        return "asks others"
    try:
        tk.check_access(action, {"user": user, "model": model, "session": model.Session}, dict(data))
    except tk.NotAuthorized:
        return "sign in" if not user else "no"
    except (tk.ObjectNotFound, tk.ValidationError, KeyError, AttributeError, TypeError, AssertionError):
        return "needs more"
    return "yes"


def answers(
    app: Any, personas: dict[str, str], make_measure: Any, office: dict[str, Any]
) -> dict[str, list[str]]:
    """What each action and page answers to each persona."""
    measure = make_measure()
    resource = factories.Resource(package_id=measure["id"], url="https://example.org/a.csv")
    source = {"name": "quelle", "title": "Quelle", "url": "https://example.org/a.csv", "owner_org": "citeq"}
    made = tk.get_action("harvest_source_create")(
        {"user": personas["sysadmin"]}, {**source, "source_type": "digitalms_progress"}
    )
    ids = {"organisation": office["id"], "user": model.User.get("fremde").id, "measure": measure["id"]}
    ids |= {"source": made["id"], "resource": resource["id"]}
    found = {
        f"action {name}": [_may(name, personas[p], _thing(name, office, ids)) for p in PERSONAS]
        for name in actions()
    }
    keys = {p: {"Authorization": factories.APIToken(user=personas[p])["token"]} for p in PERSONAS[1:]}
    for rule in routes(app):
        if "<" not in rule and "logout" not in rule:
            found[f"GET {rule}"] = [_code(app, rule, keys.get(p, {})) for p in PERSONAS]
    return found


def _code(app: Any, path: str, headers: dict[str, str]) -> str:
    answer = app.get(path, headers=headers, follow_redirects=False)
    if answer.status_code in {401, 403}:
        return "no"
    if answer.status_code in {302, 303} and "login" in answer.headers.get("Location", ""):
        return "sign in"
    return "yes" if answer.status_code < 500 else "error"


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_the_matrix(app, personas, make_measure, office):
    """Each cell is as reviewed, and nothing is without a row."""
    with TABLE.open(encoding="utf-8") as file:
        reviewed = {row["what"]: [row[p] for p in PERSONAS] for row in csv.DictReader(file)}
    found = answers(app, personas, make_measure, office)
    assert sorted(found.keys() - reviewed.keys()) == [], HOW_TO
    assert sorted(reviewed.keys() - found.keys()) == [], "these rows are left over"
    assert {what: told for what, told in found.items() if told != reviewed[what]} == {}
