"""``ckan digitalms …``: every command of the domain; each lives in ``commands/``."""

from __future__ import annotations

from typing import Any

import click

from .commands.check import check
from .commands.dcat import dcat
from .commands.figures import count_figures
from .commands.harvest import harvest
from .commands.publish import publish
from .commands.report import import_report
from .commands.search import reindex, reindex_check, search_rebuild, solr_schema
from .commands.setup import demo, setup
from .commands.table import import_table
from .commands.tidy import tidy
from .services.operation.failures import FAILURES, failed_part, sentence

__all__ = ["digitalms"]


class _Group(click.Group):
    """Commands that say in a sentence which service failed."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except FAILURES as error:
            part = failed_part(error)
            if part is None:
                raise
            raise click.ClickException(f"{sentence(part)}\n{str(error)[:500]}") from error


@click.group(cls=_Group)
def digitalms() -> None:
    """Digitalisation measures of a city, with their history, as open data."""


for command in (
    count_figures,
    dcat,
    harvest,
    import_report,
    import_table,
    check,
    setup,
    demo,
    publish,
    reindex_check,
    reindex,
    search_rebuild,
    solr_schema,
    tidy,
):
    digitalms.add_command(command)
