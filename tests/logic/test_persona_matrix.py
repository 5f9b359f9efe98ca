"""Who may do what: every action and every address there is, by persona, against a table that was reviewed.

``tests/data/persona_matrix.csv`` has a row for each action (``action NAME``), each page that is read (``GET
RULE``, compared by ``tests/views/test_route_walk.py``, which opens them all) and each address that is
written to (``POST RULE``): *yes*, *no*, *sign in*, *leads* (to another page), *none* (there is no such page
for this one), *unread* (the form is refused before anybody is asked) or *asks others* (the action asks for
each thing that it does). What is asked about belongs to one office. A new action or address needs a row:
decide who may, and write it.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import persona_answers
import pytest
import route_arguments
import whole_catalogue
from ckan import authz, logic, model
from ckan.tests import factories
from persona_answers import PERSONAS
from werkzeug.routing import Rule

from ckanext.digitalms.middleware.api_input import NO_ACTIONS


def actions() -> list[str]:
    """Every action, CKAN's, harvest's, the DataStore's and ours."""
    logic.get_action("package_show")
    return sorted(set(logic._actions) - NO_ACTIONS)


# what an action asks about, by how its name begins; the first that fits
_KINDS = (
    ("digitalms_source_check", "source"),
    ("harvest_job_create", "source"),
    ("harvest_job_list", "source"),
    ("harvest_job", "job"),
    ("harvest_send_job", "job"),
    ("harvest_object", "object"),
    ("harvest", "source"),
    ("resource_view_list", "resource"),
    ("resource_view", "view"),
    ("resource", "resource"),
    ("datastore", "resource"),
    ("user", "user"),
    ("api_token", "user"),
    ("follow_group", "group"),
    *((start, "organisation") for start in ("organization", "group", "member", "bulk_update")),
)


def _thing(action: str, ids: dict[str, str]) -> dict[str, Any]:
    own = ids[next((kind for start, kind in _KINDS if action.startswith(start)), "measure")]
    package = {"id": ids["measure"]}
    return {
        "id": own,
        **dict.fromkeys(("user_id", "user", "username"), ids["user"]),
        **dict.fromkeys(("org_id", "owner_org", "organisation", "group_id"), ids["organisation"]),
        **dict.fromkeys(("package_id", "dataset_id", "subject", "owner_id"), ids["measure"]),
        "object": ids["dataset"],
        "source_id": ids["source"],
        "resource_id": ids["resource"],
        "jti": ids["token"],
        "owner_type": "package",
        "package": package,
        "match": package,
        "update": package,
        "resource": {"id": ids["resource"], "package_id": ids["dataset"]},
        "q": "",
        "email": "new@example.org",
        "role": "editor",
    }


def _may(action: str, user: str, data: dict[str, Any]) -> str:
    if action not in authz.auth_functions_list():
        return "asks others"
    context = {"user": user, "model": model, "relationship": model.PackageRelationship()}
    try:
        tk.check_access(action, context, dict(data))
    except tk.NotAuthorized:
        return "sign in" if not user else "no"
    except (tk.ObjectNotFound, tk.ValidationError, KeyError, AttributeError, TypeError, AssertionError):
        return "needs more"
    return "yes"


def _things(names: dict[str, str], office: dict[str, Any], user: str) -> dict[str, str]:
    """Return ids, as CKAN's rules want them."""
    view = model.ResourceView(
        resource_id=names["resource"], title="Tabelle", view_type="datatables_view", order=0
    )
    model.Session.add(view)
    model.repo.commit()
    view_id = view.id
    factories.APIToken(user=user)
    jti = model.Session.query(model.ApiToken).filter_by(user_id=model.User.get(user).id).first().id
    return {
        **{kind: model.Package.get(names[kind]).id for kind in ("measure", "dataset", "source")},
        **{kind: names[kind] for kind in ("resource", "job", "object", "group")},
        "organisation": office["id"],
        "user": model.User.get(user).id,
        "view": view_id,
        "token": jti,
    }


# what ends something comes last, and takes nothing from the others that way
_LAST = (
    "delete",
    "purge",
    "clear",
    "trash",
    "loeschen",
    "sichtbarkeit",
    "reset_config",
    "organisationen",
    "logout",
)


# what some pages read before they ask who it is, and what others ask about
_FORM = {"id": "", "username": "editor", "token": "gibt-es-nicht", "organisation": "citeq"}


def _writing(app: Any) -> list[Rule]:
    rules = [rule for rule in app.flask_app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return sorted(
        rules, key=lambda rule: (any(word in rule.rule for word in _LAST), rule.rule, rule.endpoint)
    )


def _posted(app: Any, things: whole_catalogue.Things) -> dict[str, list[str]]:
    """Send a form that says little everywhere: who may not is told so, before anybody looks at the rest."""
    client, found = app.test_client(use_cookies=False), {}
    for rule in _writing(app):
        if rule.endpoint == "api.action":
            continue  # each action has its row
        address = route_arguments.address(rule, route_arguments.fitting(rule, things.names))
        told = []
        for persona in PERSONAS:
            _bring_back(things.names["resource"])
            told.append(persona_answers.posted(client, address, things.tokens.get(persona), _FORM))
        is_gone = any(word in rule.rule for word in _LAST)
        found[f"POST {rule.rule}"] = persona_answers.gone_after(told) if is_gone else told
    return found


def _let_through(app: Any, names: set[str], ids: dict[str, str]) -> dict[str, int]:
    """Return the actions that want an account, and do not refuse a call of the API that has none."""
    client = app.test_client(use_cookies=False)
    told = {name: client.post(f"/api/action/{name}", json=_thing(name, ids)).status_code for name in names}
    return {name: status for name, status in told.items() if not 400 <= status < 500}


def _bring_back(resource_id: str) -> None:
    """Undo that somebody who was asked before has deleted it."""
    resource = model.Resource.get(resource_id)
    if resource and resource.state == model.State.DELETED:
        resource.state = model.State.ACTIVE
        model.repo.commit()


@pytest.mark.long
@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_the_matrix(app, personas, make_measure, office, tmp_path, ckan_config, monkeypatch):
    """Each cell is as reviewed, and nothing is without a row."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    things = whole_catalogue.once(personas, make_measure, tmp_path)
    ids = _things(things.names, office, personas["stranger"])
    found = {
        f"action {name}": [_may(name, personas[p], _thing(name, ids)) for p in PERSONAS] for name in actions()
    }
    closed = {row.removeprefix("action ") for row, told in found.items() if told[0] == "sign in"}
    assert _let_through(app, closed, ids) == {}
    persona_answers.compare({**found, **_posted(app, things)}, ("action ", "POST "))
