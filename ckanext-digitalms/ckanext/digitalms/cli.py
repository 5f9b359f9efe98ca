"""``ckan digitalms …``: every command of the domain; each lives in ``commands/``."""

from __future__ import annotations

import click

from .commands.check import check
from .commands.harvest import harvest
from .commands.publish import publish
from .commands.report import import_report
from .commands.search import reindex_check, solr_schema
from .commands.setup import demo, setup
from .commands.table import import_table
from .commands.tidy import tidy

__all__ = ["digitalms"]


@click.group()
def digitalms() -> None:
    """Digitalisation measures of a city, with their history, as open data."""


for command in (
    harvest,
    import_report,
    import_table,
    check,
    setup,
    demo,
    publish,
    reindex_check,
    solr_schema,
    tidy,
):
    digitalms.add_command(command)
