"""CKAN's configuration: stack.ini is ours and written at every start, ckan.ini is the owner's and wins."""

from __future__ import annotations

import os

from . import postgres, solr, valkey, variables
from .home import Home, State, write_private
from .postgres import Databases

__all__ = ["PLUGINS", "child_environment", "test_addresses", "write"]

PLUGINS = (
    "digitalms",
    "scheming_datasets",
    "datastore",
    "harvest",
    "digitalms_progress_harvester",
    "digitalms_coverage_harvester",
)

_OWNERS = """\
# Settings of your own. They win over stack.ini beside this file, which is written anew at every start.
# After a change: stop and start.
[app:main]
use = config:stack.ini
"""
_SCHEMAS = "ckanext.digitalms.schemas"


def _settings(home: Home, state: State) -> dict[str, str]:
    return {
        "use": "egg:ckan",
        "SECRET_KEY": state.passwords["secret_key"],
        "SESSION_TYPE": "redis",
        "ckan.site_id": state.site_id,
        "ckan.site_url": f"http://localhost:{state.web_port}",
        "ckan.site_title": "Digitale Stadtverwaltung",
        "ckan.locale_default": "de",
        "ckan.locales_offered": "de en",
        "ckan.plugins": " ".join(PLUGINS),
        "ckan.storage_path": str(home.storage),
        "ckan.auth.create_user_via_api": "false",
        "ckan.auth.create_user_via_web": "false",
        "ckan.auth.create_unowned_dataset": "false",
        "ckan.auth.user_create_organizations": "false",
        "ckan.auth.user_create_groups": "false",
        "ckan.auth.user_delete_organizations": "false",
        "ckan.auth.user_delete_groups": "false",
        "ckan.auth.create_dataset_if_not_in_organization": "false",
        "ckan.auth.public_user_details": "false",
        "ckan.gravatar_default": "disabled",
        "ckan.hide_version": "true",
        "ckan.datastore.sqlsearch.enabled": "false",
        # the default names a plugin that is not here
        "ckan.views.default_views": "",
        "ckan.harvest.mq.type": "redis",
        # there is no mail server; the owner names one in ckan.ini
        "ckanext.digitalms.harvest.mail": "false",
        "scheming.dataset_schemas": " ".join(f"{_SCHEMAS}:{name}.yaml" for name in ("measure", "dataset")),
        "scheming.presets": f"ckanext.scheming:presets.json {_SCHEMAS}:presets.yaml",
        **_addresses(state, Databases()),
    }


def _addresses(state: State, names: Databases) -> dict[str, str]:
    return {
        "sqlalchemy.url": postgres.url(state, names.ckan),
        "ckan.datastore.write_url": postgres.url(state, names.datastore),
        "ckan.datastore.read_url": postgres.url(state, names.datastore, role="datastore_default"),
        "solr_url": solr.url(state),
        "solr_user": solr.USER,
        "solr_password": state.passwords["solr"],
        "ckan.redis.url": valkey.url(state),
    }


def write(home: Home, state: State) -> None:
    """Write stack.ini, and ckan.ini if there is none."""
    lines = (f"{key} = {value.replace('%', '%%')}" for key, value in _settings(home, state).items())
    text = "# Written at every start. Your own settings belong into ckan.ini.\n[app:main]\n" + "\n".join(
        lines
    )
    write_private(home.generated_ini, f"{text}\n{_LOGGING}")
    if not home.ini.exists():
        write_private(home.ini, _OWNERS)


def child_environment(home: Home) -> dict[str, str]:
    """Return the environment of every process of the stack.

    Without what would lead it elsewhere in the caller's shell (see :mod:`.variables`).
    """
    kept = variables.kept(os.environ)
    kept.pop("PORT", None)
    return kept | {
        "CKAN_INI": str(home.ini),
        "DIGITALMS_HOME": str(home.root),
        "PYTHONUNBUFFERED": "1",
    }


def test_addresses(state: State, names: Databases, core: str, place: int) -> dict[str, str]:
    """Return the variables that tell CKAN's test configuration where the services are.

    Args:
        place: the number of a database in Valkey
    """
    return {
        "CKAN_SQLALCHEMY_URL": postgres.url(state, names.ckan),
        "CKAN_DATASTORE_WRITE_URL": postgres.url(state, names.datastore),
        "CKAN_DATASTORE_READ_URL": postgres.url(state, names.datastore, role="datastore_default"),
        "CKAN_SOLR_URL": solr.url(state, core),
        "CKAN_SOLR_USER": solr.USER,
        "CKAN_SOLR_PASSWORD": state.passwords["solr"],
        "CKAN_REDIS_URL": valkey.url(state, place),
        "DIGITALMS_PG_SUPER": postgres.url(state, "postgres", role="postgres"),
    }


_LOGGING = """
[loggers]
keys = root, ckan, jobs, ckanext, werkzeug

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_ckan]
level = ERROR
handlers = console
qualname = ckan
propagate = 0

[logger_jobs]
level = INFO
handlers = console
qualname = ckan.lib.jobs
propagate = 0

[logger_ckanext]
level = INFO
handlers = console
qualname = ckanext
propagate = 0

[logger_werkzeug]
level = WARNING
handlers = console
qualname = werkzeug
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""
