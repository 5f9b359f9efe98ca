"""The plugin: a list of capabilities, no logic."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import CKANApp, Context
from ckanext.dcat.interfaces import IDCATURIGenerator

from . import middleware
from .logic import deleted_meanwhile
from .middleware import sign_in
from .publishing import licenses, searched_cells, trigger
from .search import deferred_indexing, documents, entry_index, limits, query, rebuilding
from .services import council_schemes, organisations, read_once, school_state, searched_pages
from .services.access import private_parents
from .services.access.permission_labels import PermissionLabels
from .services.accounts import first_page, privacy, reset_keys
from .services.dcat import pieces
from .services.measures import hooks
from .services.operation import log_filter, timeouts


@tk.blanket.actions(deleted_meanwhile.actions)
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class DigitalMSPlugin(PermissionLabels, DefaultTranslation, p.SingletonPlugin):
    """Digitalisation measures of a city, with their history, as open data."""

    p.implements(p.IAuthenticator, inherit=True)
    p.implements(p.IConfigurer)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IPermissionLabels)
    p.implements(p.ITranslation)
    p.implements(IDCATURIGenerator, inherit=True)

    def update_config(self, config: CKANConfig) -> None:
        """Add templates and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "digitalms")
        licenses.offer(config)
        trigger.watch()
        privacy.keep_accounts_private(config)
        first_page.lead_to_the_desk(config)
        council_schemes.take(config)
        school_state.take(config)
        organisations.watch()
        read_once.watch()
        reset_keys.watch()
        deferred_indexing.install()
        rebuilding.install()
        searched_pages.watch()
        entry_index.watch(deferred_indexing.index, searched_cells.cells_of)
        timeouts.limit_redis()
        timeouts.limit_solr()
        timeouts.watch_database()
        log_filter.hide_in_logs()

    def authenticate(self, identity: dict[str, Any]) -> None:
        """Slow down who failed too often; CKAN itself looks at the password."""
        sign_in.ahead(identity)

    def make_middleware(self, app: CKANApp, config: CKANConfig) -> CKANApp:
        """Guard every request."""
        del config
        return middleware.install(app)

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Record the first statement."""
        hooks.record_dataset(context, pkg_dict)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Record what changed."""
        hooks.record_dataset(context, pkg_dict)

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Keep a private parent to those who see it."""
        private_parents.hide_in_dataset(context, pkg_dict)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep private parents out of results."""
        del search_params
        return private_parents.hide_in_search(search_results)

    def catalog_uri(self, default_uri: str) -> str:
        """Tell ckanext-dcat the address that the catalogue has in our feed."""
        return f"{default_uri.rstrip('/')}/"

    def dataset_uri(self, dataset_dict: dict[str, Any], default_uri: str) -> str:
        """Tell ckanext-dcat the address that a dataset has in our feed."""
        return pieces.address(dataset_dict) or default_uri

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Sort texts, references and parts of words into our fields of the index; add what portals read."""
        return pieces.add(documents.prepare(pkg_dict))

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Take what was typed as words and council papers, and look at nothing that is hidden."""
        return query.prepare(limits.within(search_params))
