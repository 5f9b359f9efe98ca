"""What a delivery is about: a type for each kind, as it stands in the column ``about``."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class Work(TypedDict):
    """What a job is to do with a file that came in, for whom, since when, and how often it was begun.

    ``action`` is an action of the API that it calls with ``told``, in ``language``, as long as the file is in
    ``state``; without one it is what is done with a delivery. ``errors`` are why it was refused: it is over.
    ``job`` is what the job is called in the queue; work of before 2026-12 has none.
    """

    what: str
    user: str
    at: str
    tries: int
    job: NotRequired[str]
    action: NotRequired[str]
    told: NotRequired[dict[str, Any]]
    state: NotRequired[str]
    language: NotRequired[str]
    errors: NotRequired[dict[str, Any]]


class About(TypedDict, total=False):
    """Of every kind.

    ``blanked_on`` is the day on which something was blanked in the file, ``file_ended_on`` the one on which
    its bytes went, ``confirmed_by`` who confirmed its questions, ``undone_at`` and ``undone_by`` when and by
    whom it was taken back, ``work`` what a job is to do with it.
    """

    work: Work

    blanked_on: str
    file_ended_on: str
    confirmed_by: str
    undone_at: str
    undone_by: str | None


class CoverageAbout(About, total=False):
    """Of a table of coverage: what its source states, the id of the list of areas, how shares are written."""

    edition: str
    customer: str
    base: str
    source: str
    areas: str
    shares: str


class ImportAbout(About, total=False):
    """Of a table of ours that comes back: which it is, for which Stand, and what became of it.

    ``indicator`` is the id of the figure whose series it is.
    """

    table: str | None
    as_of: str | None
    correction: bool
    columns: list[str]
    indicator: str


class Failed(TypedDict):
    """Why a draft could not be published the last time: a message, and when that was."""

    at: str
    text: str
    values: dict[str, Any]


class DraftAbout(About, total=False):
    """Of a draft of a custom table.

    ``schema`` is the Table Schema of the file and ``chosen`` where it comes from; ``metadata`` is what was
    typed of the dataset; ``effective`` is the schema with the form of each column in this file, ``edits``
    what was typed of columns that were drafted, by their titles in the file; ``by_others`` are forms of
    columns that others have settled; ``revision`` counts the changes; ``based_on`` is the version that a new
    one follows.
    """

    schema: dict[str, Any] | None
    effective: dict[str, Any] | None
    edits: dict[str, dict[str, Any]]
    by_others: dict[str, str]
    chosen: str
    metadata: dict[str, Any]
    preview: dict[str, Any]
    is_valid: bool
    revision: int
    package_id: str | None
    based_on: str | None
    release_id: str
    failed: Failed
