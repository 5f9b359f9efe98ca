"""``digitalms check`` names what leaves a door open."""

from __future__ import annotations

import secrets
from collections import defaultdict

import ckan.plugins.toolkit as tk
import pytest
from ckan.common import config_declaration
from click.testing import CliRunner

from ckanext.digitalms.commands.check import check
from ckanext.digitalms.services.operation import unsafe_options
from ckanext.digitalms.stack import ckan_ini
from ckanext.digitalms.stack.home import Home, State

OPEN = {
    "ckan.site_url": "http://katalog.example",
    "SECRET_KEY": "kurz",
    "WTF_CSRF_SECRET_KEY": "kurz",
    "api_token.jwt.encode.secret": "string:kurz",
    "api_token.jwt.decode.secret": "string:kurz",
    "WTF_CSRF_ENABLED": "false",
    "SESSION_TYPE": "cookie",
    "SESSION_COOKIE_HTTPONLY": "false",
    "SESSION_COOKIE_SAMESITE": "None",
    "ckan.gravatar_default": "identicon",
    "ckan.hide_version": "false",
    "ckan.plugins": "digitalms text_view",
    "ckan.upload.user.mimetypes": "image/svg+xml",
    "ckan.upload.group.mimetypes": "*",
}


@pytest.mark.usefixtures("with_plugins")
class TestUnsafeOptions:
    def test_each_is_named(self, monkeypatch):
        """With its name, why, and what to set; a cookie without Secure only where there is https."""
        doors = {door.option for door in unsafe_options.DOORS}
        found = list(unsafe_options.problems({**dict.fromkeys(doors, "true"), **OPEN}))
        assert {str(one.values["option"]) for one in found} == doors - {"SESSION_COOKIE_SECURE"}
        monkeypatch.setitem(tk.config, "ckan.site_url", "https://katalog.example")
        monkeypatch.setitem(tk.config, "SESSION_COOKIE_SECURE", False)
        assert "SESSION_COOKIE_SECURE" in str(list(unsafe_options.problems()))

    def test_ckans_own_defaults_are_not_safe(self):
        """What an existing CKAN has when nobody sets anything."""
        told = {str(key): config_declaration[key].default for key in config_declaration.iter_options()}
        named = {str(one.values["option"]) for one in unsafe_options.problems(told)}
        makes = {"ckan.auth.user_create_organizations", "ckan.auth.user_create_groups"}
        assert makes | {"SESSION_TYPE", "ckan.auth.create_dataset_if_not_in_organization"} <= named

    def test_the_embedded_stack_is_safe(self, tmp_path):
        """Its configuration names none."""
        told = {str(key): config_declaration[key].default for key in config_declaration.iter_options()}
        state = State(
            id="a" * 32,
            passwords=defaultdict(lambda: secrets.token_hex(16)),
            ports=defaultdict(lambda: 1),
        )
        settings = ckan_ini._settings(Home(tmp_path), state)
        assert [str(one.values["option"]) for one in unsafe_options.problems({**told, **settings})] == []


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_the_command_names_them(monkeypatch):
    """And still says whether all agrees."""
    monkeypatch.setitem(tk.config, "ckan.auth.user_create_organizations", True)
    answer = CliRunner().invoke(check)
    assert "ckan.auth.user_create_organizations" in answer.output
