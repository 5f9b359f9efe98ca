"""What stands around every request, CKAN's own pages included.

Each module has one job and a function ``install(app)``, which is called once when the application is made. A
module knows the request, the configuration and `services`; it knows neither views nor actions.
"""

from __future__ import annotations

from collections.abc import Callable

from ckan.types import CKANApp

from . import (
    anonymous,
    api_input,
    api_refusals,
    assets,
    budgets,
    compression,
    cors,
    csrf,
    embeds,
    full_disk,
    headers,
    json_errors,
    kept_day,
    kinds,
    negotiation,
    page_input,
    password_links,
    preloading,
    private_admins,
    proxies,
    redirects,
    refused_search,
    request_size,
    revalidation,
    script_languages,
    script_texts,
    sessions,
    sign_in,
    slashes,
    timeouts,
    tracking,
    unavailable,
    unreadable_forms,
    uploads,
    use_counts,
    whole_words,
)

__all__ = ["install"]

_PARTS: tuple[Callable[[CKANApp], None], ...] = (
    proxies.install,
    tracking.install,
    cors.install,
    json_errors.install,  # before whatever answers errors of its own
    request_size.install,
    headers.install,
    compression.install,
    uploads.install,
    timeouts.install,
    assets.install,
    unavailable.install,
    sessions.install,
    embeds.install,
    anonymous.install,
    csrf.install,
    budgets.install,
    sign_in.install,
    password_links.install,
    private_admins.install,
    full_disk.install,
    kept_day.install,
    negotiation.install,  # before a page leads to another
    redirects.install,
    slashes.install,
    kinds.install,
    page_input.install,
    api_input.install,
    api_refusals.install,
    refused_search.install,
    script_languages.install,
    script_texts.install,
    unreadable_forms.install,
    revalidation.install,
    preloading.install,
    whole_words.install,
    use_counts.install,
)


def install(app: CKANApp) -> CKANApp:
    """Put every part around the application, in their order."""
    for part in _PARTS:
        part(app)
    return app
