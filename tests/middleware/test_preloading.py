"""What CKAN gathers when it is first asked for is there before the first request."""

from __future__ import annotations

import pytest
from ckan import authz, logic

pytestmark = pytest.mark.usefixtures("with_plugins")


def owner(function):
    while hasattr(function, "func"):
        function = function.func
    return function.__module__


# an option that is read when the application is made: it gets one of its own
@pytest.mark.ckan_config("ckan.site_title", "Neu")
def test_an_application_leaves_nothing_to_its_first_request(app):
    """Two requests at the same moment would see half of it, and rights without those of plugins."""
    assert {"package_show", "digitalms_measure_list", "harvest_source_list"} <= logic._actions.keys()
    assert {"digitalms_redact", "harvest_abort_failed_jobs"} <= authz._AuthFunctions._functions.keys()
    assert {"not_empty", "scheming_required"} <= logic._validators_cache.keys()
    assert owner(authz._AuthFunctions._functions["user_list"]).startswith("ckanext.digitalms")


def test_no_action_stands_for_a_right(app):
    """Who asks whether somebody may do it would do it: ckanext-harvest gathers both in one dict."""
    rights = {name: authz._AuthFunctions.get(name) for name in authz.auth_functions_list()}
    mixed = {name for name, right in rights.items() if ".logic.action." in owner(right)}
    # helpers that it takes for actions, and whose rights nobody asks for
    assert not {name for name in mixed if name.startswith("harvest_")}
