"""What is told of a table to whoever takes it along: its files, its columns, its release, whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Release
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.reuse.citation import Cited
from ckanext.digitalms.tables.open_tables import ALL_TABLES, group_of, json_value
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import custom_tables, listing, more_formats, releases
from .snapshot import site_url

__all__ = ["OPEN", "OWN", "Taken", "cited", "find", "of_release"]

OPEN, OWN = "open", "own"
_FILES = "digitalisierung/daten"


@dataclass(frozen=True)
class Taken:
    """A table in a release.

    Args:
        kind: ``open``, or ``own`` for one of an office.
        spec: its name and columns.
        title: of it.
        publisher: who answers for it.
        license: the name of its terms.
        release: that is told of.
        base: the address of the files of the current release, without the file's name.
        dataset: the name of its dataset, if it has one.
        is_private: whether only its office sees it.
    """

    kind: str
    spec: TableSpec
    title: str
    publisher: str
    license: str
    release: Release
    base: str
    dataset: str | None
    is_private: bool = False

    @property
    def release_base(self) -> str:
        """Return the address of the release's files, which stays."""
        return f"{self.base}/{self.spec.name}/{self.release.release_id}"

    def file(self, ending: str, query: str = "", *, base: str = "") -> str:
        """Return the address of the table in a format."""
        return f"{base or self.base}/{file_name(self.spec.name, ending)}{'?' + query if query else ''}"

    def fields(self, query: str) -> list[Json]:
        """Return the columns that a part has; all of them where it names none, or some that are not there."""
        known = {one["name"]: one for one in self.spec.fields}
        if "columns" in known:
            return self.spec.fields
        told = [text for name, text in parse_qsl(query) if name == "columns"]
        names = [name.strip() for text in told for name in text.split(",")]
        return [known[name] for name in names] if names and set(names) <= set(known) else self.spec.fields

    def more(self) -> list[str]:
        """Return the endings of formats that are made when they are asked for."""
        return more_formats.offered(self.spec)


def find(kind: str, name: str, release_id: str = "") -> Taken | None:
    """Return a table in a release, by default the current one; nothing without one. Asks for no right."""
    if kind == OPEN:
        release = releases.of_group(group_of(name), release_id) if name in ALL_TABLES else None
        return of_release(kind, name, release) if release is not None and listing.has(release, name) else None
    package = custom_tables.find(name)
    if package is None:
        return None
    release = releases.of_group(custom_tables.group_of(package.id), release_id)
    return of_release(kind, name, release) if release is not None else None


def of_release(kind: str, name: str, release: Release) -> Taken:
    """Return a table in a release. Asks for no right."""
    return _open(name, release) if kind == OPEN else _own(name, release)


def _open(name: str, release: Release) -> Taken:
    told = listing.table(name, release)
    terms = told["origin"]["license"]
    return Taken(
        kind=OPEN,
        spec=listing.spec_of(release, name),
        title=str(told["title"]),
        publisher=config.publisher(),
        license=str(terms.get("title") or terms.get("name") or ""),
        release=release,
        base=f"{site_url()}/{_FILES}",
        dataset=told["dataset"],
    )


def _own(name: str, release: Release) -> Taken:
    package = custom_tables.find(name)
    office = model.Group.get(package.owner_org) if package is not None and package.owner_org else None
    return Taken(
        kind=OWN,
        spec=custom_tables.spec_of(release.manifest),
        title=str(package.title or package.name) if package is not None else name,
        publisher=str(office.title or office.name) if office is not None else config.publisher(),
        license=custom_tables.license_of(package) if package is not None else "",
        release=release,
        base=f"{site_url()}/{_FILES}/datensatz",
        dataset=package.name if package is not None else None,
        is_private=package is None or bool(package.private),
    )


def cited(taken: Taken, query: str) -> Cited:
    """Return a part of a release as it is cited: at an address whose rows stay.

    A release has no days; a table of a day stays where the address says as of when it was known.
    """
    asked = parse_qsl(query, keep_blank_values=True)
    published = str(json_value(taken.release.created_at))
    days = {name for name, _ in asked} & set(IN_ACTIONS) if taken.kind == OPEN else set()
    if days and "bekannt_am" not in days:
        asked = [*asked, ("bekannt_am", published)]
    base = taken.base if days else taken.release_base
    return Cited(
        name=taken.spec.name,
        title=taken.title,
        publisher=taken.publisher,
        day=date.fromisoformat(published[:10]),
        version=taken.release.release_id,
        license=taken.license,
        address=taken.file("csv", urlencode(asked), base=base),
        part=", ".join(f"{name}={value}" for name, value in asked),
    )
