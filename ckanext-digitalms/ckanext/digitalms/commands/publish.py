"""``ckan digitalms publish``: the open tables, now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
import pysolr
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ckanext.digitalms.publishing import releases, stages
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.services import locks, searched_pages
from ckanext.digitalms.services.operation import retention
from ckanext.digitalms.services.reporting import freezing

from .tidy import tell


@contextmanager
def _shown() -> Iterator[None]:
    """Show on a terminal what is being done and how long it has taken; elsewhere the log says it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("publish", total=None)
        with stages.told_to(lambda work: shown.update(task, description=work)):
            yield


def _refresh_search() -> None:
    """Bring the pages that the search finds up to date; where search is away, the hourly comparison does."""
    try:
        searched_pages.refresh()
    except pysolr.SolrError as error:
        click.echo(f"the search follows: {error}"[:200], err=True)


@click.command()
@click.option(
    "--only-recover", is_flag=True, help="Finish or undo what a crash left half done; publish nothing new."
)
def publish(only_recover: bool) -> None:
    """Publish the open tables, if what is public differs from the current release; exit 1 if refused.

    What ends after some days ends in any case: a table that is refused for weeks holds no personal data back.
    """
    with locks.patiently(), _shown():
        # tables of one's own, too: a redaction that was broken off is finished
        releases.recover()
        freezing.sweep()
        if only_recover:
            click.echo("no release is half done")
            return
        outcome = releases.publish_all()
    if outcome.problems:
        for problem in outcome.problems:
            click.echo(str(problem), err=True)
        click.echo("refused: the former release stays", err=True)
    else:
        click.echo(f"{outcome.change}: {outcome.release_id or 'there is no public measure yet'}")
    _refresh_search()
    tell(retention.tidy())
    with locks.patiently():
        gone = release_retention.remove_old()
    if gone:
        click.echo(f"old releases removed: {len(gone)}")
    if outcome.problems:
        raise SystemExit(1)
