"""``ckan digitalms tidy``: what came in ends after a time."""

from __future__ import annotations

import click

from ckanext.digitalms.services.operation import retention


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def tidy(dry_run: bool) -> None:
    """Remove old previews, drafts, deliveries, findings and notices (options retention.*)."""
    tell(retention.tidy(dry_run=dry_run), dry_run=dry_run)


def tell(done: list[tuple[str, int]], *, dry_run: bool = False) -> None:
    """Say what went, one kind a line."""
    for title, count in done:
        click.echo(f"{'would go' if dry_run else 'removed'}: {title}: {count}")
    if not done and dry_run:
        click.echo("nothing is old enough")
