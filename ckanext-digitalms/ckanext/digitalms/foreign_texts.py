"""Texts of CKAN and ckanext-harvest on our pages that their German catalogues lack: here they are translated.

Nothing reads this list; it is what the extraction of texts finds.
"""

from __future__ import annotations

from .messages import N_


def ngettext(one: str, more: str) -> tuple[str, str]:
    """Mark a text that counts for extraction."""
    return one, more


TEXTS = (
    N_("(estimated)"),
    N_("Access denied"),
    N_("Access denied: %s"),
    N_("Access resource data via a web API with powerful query support."),
    N_("close"),
    N_("COLUMN FILTER/S"),
    N_("Delete member"),
    N_("Edit Data Dictionary"),
    N_("Edit role"),
    N_("Filter by: {title}"),
    N_("Harvest object not found"),
    N_("incorrect password"),
    N_("Login failed. Bad username or password or CAPTCHA."),
    N_("Navigate to dataset: {title}"),
    N_("Navigate to resource: {name_or_id}"),
    N_("Navigate to resource: {name}"),
    N_("Notification"),
    N_("Open details page for dataset - {title}"),
    N_("Open details page for {name}"),
    N_("Password entered was incorrect"),
    N_("Please Confirm"),
    N_("Revoke tokens"),
    N_("Search datasets by {name}: {label}"),
    N_("Search datasets with the tag: {name}"),
    N_("Search datasets with the tag: {tag}"),
    N_("Searching..."),
    N_("Storage is not public"),
    N_("TABLE FILTER"),
    N_("There are no groups associated with this dataset."),
    N_("There is no description for this dataset."),
    N_("There is no description for this organization."),
    N_("There is no description for this {object_type}."),
    N_("This information is visible to you and admins"),
    N_("Unlink {name} from the dataset"),
    N_("Unpublish"),
    N_("Your password must be 8 characters or longer"),
)
COUNTING = (
    ngettext("%(count)s dataset found.", "%(count)s datasets found."),
    ngettext('%(count)s dataset found for "%(query)s".', '%(count)s datasets found for "%(query)s".'),
)
