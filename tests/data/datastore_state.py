"""The DataStore of what was kept: it is no part of ``STATE`` and follows the files of releases."""

from __future__ import annotations

from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import datastore, releases


def load_datastore(release: Release) -> None:
    """Load a release's files, unless they are loaded; its datasets are there already."""
    home, mark = releases.home_of(release), releases.mark(release)
    resources = home.resource_ids(release.manifest)
    if not datastore.holds(mark, resources):
        folder = releases.all_folders().path(release.manifest)
        datastore.stage(folder, mark, home.datastore_tables(release.manifest))
        datastore.swap(mark, resources)
