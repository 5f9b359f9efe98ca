"""``ckan digitalms dcat check``: whether other portals can read all of the catalogue."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from ckanext.digitalms import config
from ckanext.digitalms.dcat import catalogue, checking
from ckanext.digitalms.services.dcat import pages

PROFILES = ("own", "delivered")


@click.group()
def dcat() -> None:
    """Look after the catalogue for other portals (DCAT-AP.de)."""


@dcat.command("check")
@click.option(
    "--shapes",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the SHACL shapes; by default that of the configuration, or our own rules.",
)
@click.option("--profile", type=click.Choice(PROFILES), help="Only this profile; by default both.")
def check(shapes: Path | None, profile: str | None) -> None:
    """Check all public datasets by the rules of DCAT-AP.de; exit 1 if any is broken."""
    found: Counter[str] = Counter()
    for wanted in (profile,) if profile else PROFILES:
        number, last = 1, 1
        while number <= last:
            count, told = pages.found({}, number)
            last = catalogue.Paging(number, count).last
            try:
                results = checking.check(pages.nodes_of(told, wanted, "de"), shapes or config.shapes())
            except checking.ShapesError as error:
                raise click.ClickException(str(error)) from error
            for one in results:
                click.echo(f"{wanted}: {one.severity}: {one.focus}: {one.path} {one.value}: {one.message}")
            found[wanted] += len(results)
            number += 1
        click.echo(f"{wanted}: {count} datasets, {found[wanted]} results")
    if any(found.values()):
        raise SystemExit(1)
