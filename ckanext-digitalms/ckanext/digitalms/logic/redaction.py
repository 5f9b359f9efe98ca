"""Redaction: a value is blanked in a statement through the database's own function, which logs it.

Releases that hold the value are rewritten in the same transaction.
"""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.measures.record import ROW_TYPES, content_hash
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing import redaction as in_releases
from ckanext.digitalms.publishing import releases, trigger
from ckanext.digitalms.search import index

from .hooks import author_of

_BLANKABLE = frozenset(
    {"title", "notes", "status_reason", "vision", "vision_source", "statement", "statement_source", "place"}
)
_BLANKABLE_IN_ROWS = frozenset(
    {
        "text",
        "title",
        "date_text",
        "reason",
        "result",
        "decided_by",
        "name",
        "original",
        "definition",
        "source",
    }
)
_CALL = sa.text(
    "SELECT digitalms_redact_statement("
    ":statement, CAST(:content AS jsonb), :hash, :source, :path, :reason, :user)"
)


def redact(context: Context, statement_id: int, path: str, reason: str) -> dict[str, Any]:
    """Blank the value at a path of a statement, and in the dataset where it still shows it.

    Raises:
        tk.ObjectNotFound: there is no such statement, or it has no content.
        tk.ValidationError: the path leads to nothing that can be blanked.
    """
    row = model.Session.get(StatementRow, statement_id)
    if row is None or row.content is None:
        raise tk.ObjectNotFound(tk._("There is no statement {found}.").format(found=statement_id))
    content: dict[str, Any] = json.loads(json.dumps(row.content))
    holder, name = _holder(content, path)
    secret, note = holder[name], tk._("[blanked on {day}]").format(day=config.today().isoformat())
    holder[name] = note
    parameters = {
        "statement": statement_id,
        "content": json.dumps(content, ensure_ascii=False),
        "hash": content_hash(content),
        "source": content["statement_source"],
        "path": path,
        "reason": reason,
        "user": author_of(context),
    }
    package = model.Package.get(row.package_id)
    with releases.locked():
        redaction_id = model.Session.execute(_CALL, parameters).scalar_one()
        if package is not None:
            _blank_dataset(package, path.split(".")[0], str(secret), note)
        in_releases.blank(row.measure_id, str(secret), note, reason)
        model.repo.commit()
    releases.recover()
    if package is not None:
        index.reindex([package.id])
    trigger.request()
    return {"redaction_id": redaction_id, "statement_id": statement_id, "path": path}


def _holder(content: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    parts = path.split(".")
    if len(parts) == 1 and parts[0] in _BLANKABLE and content.get(parts[0]):
        return content, parts[0]
    if len(parts) == 3 and parts[0] in ROW_TYPES and parts[1].isdecimal() and parts[2] in _BLANKABLE_IN_ROWS:
        rows = content[parts[0]]
        if int(parts[1]) < len(rows) and rows[int(parts[1])].get(parts[2]):
            return rows[int(parts[1])], parts[2]
    message = tk._(
        "“{found}” leads to no text of this statement: write a field such as statement or steps.0.text."
    )
    raise tk.ValidationError({"path": [message.format(found=path[:80])]})


def _blank_dataset(package: model.Package, field: str, secret: str, note: str) -> None:
    if field in {"title", "notes"} and getattr(package, field) == secret:
        setattr(package, field, note)
    elif field in package.extras:
        held = package.extras[field]
        escaped = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
        blanked = held.replace(escaped[0], note).replace(escaped[1], note).replace(secret, note)
        package.extras = {**package.extras, field: blanked}
    model.Session.add(package)
