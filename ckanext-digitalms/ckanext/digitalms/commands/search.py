"""``ckan digitalms solr-schema`` and ``reindex-check``: the search index for operators."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ckanext.digitalms.search import index, rebuilding
from ckanext.digitalms.search.schema import write_configset
from ckanext.digitalms.services import searched_pages


@click.command("solr-schema")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def solr_schema(directory: Path) -> None:
    """Write the configuration of the Solr core to DIRECTORY, made from the installed CKAN's schema."""
    write_configset(directory)
    click.echo(f"written to {directory}; reload the core and run: ckan search-index rebuild")


@click.command("reindex-check")
@click.option("--dry-run", is_flag=True, help="Only say what differs.")
def reindex_check(dry_run: bool) -> None:
    """Compare database and search index, and write again what differs."""
    found = index.compare() if dry_run else index.repair()
    if not dry_run:
        searched_pages.refresh()
    told = f"{len(found.missing)} missing, {len(found.stale)} outdated, {len(found.surplus)} left over"
    click.echo(f"{told}{'' if dry_run or not found.count else ': mended'}")


@click.command("search-rebuild")
def search_rebuild() -> None:
    """Write all that the search of the catalogue finds to the index anew; it is searched meanwhile."""
    datasets = index.rebuild_entries()
    pages = searched_pages.refresh()
    click.echo(f"{datasets} datasets written, {pages} pages differed")


@click.command("reindex")
@click.option("--processes", type=click.IntRange(1, 64), help="How many work at once; by default all.")
def reindex(processes: int | None) -> None:
    """Write all of the index anew, by many datasets at once; it is searched meanwhile, and never empty."""
    with click.progressbar(length=1, label="Datasets", file=sys.stderr) as bar:

        def tell(written: int, count: int) -> None:
            bar.length = count
            bar.update(written - bar.pos)

        written = rebuilding.rebuild(processes, tell)
    mended = index.repair().count
    searched_pages.refresh()
    click.echo(f"{written} datasets written, {mended} changed meanwhile or left over")
