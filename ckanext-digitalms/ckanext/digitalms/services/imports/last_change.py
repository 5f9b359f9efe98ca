"""The last change of one measure, whatever wrote it, and taking it back alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.digitalms.measures.history import Statement, newest
from ckanext.digitalms.model import Delivery, ReportImport, StatementRow
from ckanext.digitalms.services.deliveries import ACCEPTED

from .apply import finish
from .taking_back import take_back

__all__ = ["LastChange", "came_with", "last_change", "of_whole_changes", "take_back_last"]

_WRITTEN = "$.{}[*].statement_id ? (@ != null)"
_ONE = "$.{}[*].statement_id ? (@ == $id)"
_APPLIED = "applied"


@dataclass(frozen=True)
class LastChange:
    """What was said last of a measure, and the statement that stands once it is taken back."""

    statement: Statement
    then: Statement


def last_change(package: model.Package) -> LastChange:
    """Return the last change of what a measure says.

    Raises:
        tk.ValidationError: there is none that could be taken back, and why.
    """
    counting = StatementRow.counting(package.id)
    last = counting[-1] if counting else None
    then = newest(counting[:-1])
    if last is None or then is None:
        _refuse(tk._("This is all that was ever said of the measure: delete it instead."))
    before = counting[-2]
    if last.removes or before.removes or before.visibility != last.visibility:
        _refuse(tk._("What was changed last is who may see the measure: change that, not what it says."))
    return LastChange(last, then)


def take_back_last(context: Context, package: model.Package, statement_id: int) -> LastChange:
    """Take back the last change of a measure, and commit.

    Args:
        statement_id: the change as it was shown.

    Raises:
        tk.ValidationError: there is none, or the measure was changed since.
    """
    change = last_change(package)
    if change.statement.statement_id != statement_id:
        _refuse(tk._("The measure was changed since: look at what was changed last, and decide again."))
    told = {
        "measure_id": package.name,
        "package_id": package.id,
        "statement_id": statement_id,
        "stand": change.statement.kind,
    }
    take_back(context, [told])
    finish([package.id])
    return change


def came_with(statement_id: int) -> str | None:
    """Return the name of the file that brought a statement, if it came with many."""
    one = sa.cast({"id": statement_id}, JSONB)
    told = [
        sa.select(Delivery.filename).where(
            Delivery.state == ACCEPTED,
            sa.func.jsonb_path_exists(Delivery.report, _ONE.format("changes"), one),
        ),
        sa.select(ReportImport.filename).where(
            ReportImport.state == _APPLIED,
            sa.func.jsonb_path_exists(ReportImport.proposal, _ONE.format("outcomes"), one),
        ),
    ]
    found: str | None = model.Session.scalar(sa.union_all(*told).limit(1))
    return found


def of_whole_changes() -> sa.CompoundSelect[tuple[int]]:
    """Select the statements that came with many and are taken back with them."""

    def written(column: Any, rows: str) -> sa.ColumnElement[int]:
        found = sa.func.jsonb_path_query(column, _WRITTEN.format(rows))
        return sa.cast(found, sa.BigInteger)

    return sa.union_all(
        sa.select(written(Delivery.report, "changes")).where(Delivery.state == ACCEPTED),
        sa.select(written(ReportImport.proposal, "outcomes")).where(ReportImport.state == _APPLIED),
    )


def _refuse(sentence: str) -> NoReturn:
    model.Session.rollback()
    raise tk.ValidationError({"id": [sentence]})
