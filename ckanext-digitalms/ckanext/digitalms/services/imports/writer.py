"""How the changes of an imported table become statements: all of them in one transaction, or none.

The same code writes for a preview, which is rolled back, and for good: so applying does what was previewed.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import plugins as dataset_types
from ckan.lib.dictization import model_save
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.imports.difference import ADDED, DELETED
from ckanext.digitalms.imports.interpretation import Change
from ckanext.digitalms.imports.mapping import TableMapping
from ckanext.digitalms.imports.merging import merged, place_of
from ckanext.digitalms.imports.ordering import grouped
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.history import Statement, same_content
from ckanext.digitalms.measures.news import begun
from ckanext.digitalms.measures.record import (
    ROW_TYPES,
    Measure,
    measure_from_dataset,
    measure_from_validated,
)
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services import progress
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures import announce, statements
from ckanext.digitalms.services.measures.batch import NEEDS_REASON
from ckanext.digitalms.services.measures.hooks import author_of, measure_of, organisation_name
from ckanext.digitalms.services.measures.transaction import deferred, said
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import Finding, short
from ckanext.digitalms.vocabularies import MEASURE_TYPE, StatementKind

CREATED, REMOVED, NEW_STAND, UNCHANGED = "created", "deleted", "new_stand", "unchanged"
# datasets name these in another way, or they stay as the dataset has them
_NOT_OF_CONTENT = frozenset({"measure_id", "organisation", "keywords", "as_of"})


@dataclass(frozen=True)
class Written:
    """What became of the changes of one measure and Stand.

    Args:
        as_of: the Stand.
        change: one of the constants of this module, or the kind of the statement.
        statement_id: the statement that was written; ``None`` where nothing was new.
        before: the statement that stood for that day before; ``None``: none did.
    """

    package_id: str
    as_of: date
    change: str
    statement_id: int | None = None
    before: int | None = None


class Writer:
    """Writes changes into the open transaction; the caller commits or rolls back, then indexes.

    Args:
        context: of the acting user.
        shape: the table that the changes are from.
        columns: that the file has.
        is_trial: what is written of a measure is taken back as soon as it was looked at, so that nobody waits
            for its row; except where other measures hang on it.
    """

    def __init__(
        self, context: Context, shape: TableMapping, columns: frozenset[str], *, is_trial: bool = False
    ) -> None:
        self.context, self.shape, self.columns, self.is_trial = context, shape, columns, is_trial
        self.author = author_of(context)
        self.may: set[tuple[str, str | None]] = set()  # actions that were allowed, by organisation
        self.written: dict[int, Written] = {}  # by the row of the file
        self.findings: list[Finding] = []

    def write(self, changes: Sequence[Change]) -> None:
        """Write all changes; what cannot be is in ``findings``, and nothing of it may be committed then."""
        done = 0
        for _, groups in itertools.groupby(grouped(changes), key=lambda group: group[0].measure_id):
            of_measure = list(groups)
            progress.tell(done / len(changes))
            done += sum(map(len, of_measure))
            is_kept = not self.is_trial or any(self._is_of_tree(c) for group in of_measure for c in group)
            with nullcontext() if is_kept else _taken_back():
                for group in of_measure:
                    self._write(group)

    def _write(self, group: Sequence[Change]) -> None:
        kinds: dict[str, Callable[[Sequence[Change]], Written]] = {
            ADDED: self._create,
            DELETED: self._delete,
        }
        write = kinds.get(group[0].edit.change, self._state) if self._is_whole else self._state
        try:
            done = write(group)
        except tk.ValidationError as refused:
            self.findings += self._worded(refused.error_dict, group)
        except tk.NotAuthorized:
            self.findings += [self._foreign(change) for change in group]
        else:
            self.written |= {change.edit.row: done for change in group}

    @property
    def _is_whole(self) -> bool:
        """Return whether a row is a whole measure."""
        return self.shape.kind is None and self.shape.name == "measures"

    def _is_of_tree(self, change: Change) -> bool:
        """Return whether other measures may hang on a change: parents, new and deleted measures."""
        is_moved = change.edit.change in (ADDED, DELETED) or "parent_id" in change.edit.fields
        return self._is_whole and is_moved

    def package_ids(self) -> list[str]:
        """Return the datasets that were written, each once."""
        done = self.written.values()
        return list(dict.fromkeys(one.package_id for one in done if one.statement_id is not None))

    # creating and deleting measures

    def _create(self, group: Sequence[Change]) -> Written:
        edit, day = group[0].edit, group[0].as_of or config.today()
        facts = {"type": MEASURE_TYPE, "name": edit.key["measure_id"], "as_of": day.isoformat()}
        record = merged(facts, [edit], self.shape, config.council_body(), is_new_stand=True)
        _check(self.context, record)
        package_id = tk.get_action("package_create")(deferred(self.context), record)
        newest = StatementRow.newest_of([package_id])[package_id]
        return Written(package_id, newest.as_of, CREATED, newest.statement_id)

    def _delete(self, group: Sequence[Change]) -> Written:
        package = self._package(group[0], "package_delete")
        before = StatementRow.newest_of([package.id]).get(package.id)
        return remove(self.context, package, before)

    # stating what is new of a measure

    def _state(self, group: Sequence[Change]) -> Written:
        package = self._package(group[0], "package_update")
        newest = StatementRow.newest_of([package.id]).get(package.id)
        day = group[0].as_of or (newest.as_of if newest else config.today())
        stood = statements.standing_on(package.id, day)
        if newest is not None and day < newest.as_of:
            return self._backdate(package, group, day, stood)
        stored = shown(package)
        is_new = newest is None or day > newest.as_of
        base = {**stored, **dataset_fields(begun(newest.measure, day))} if newest and is_new else stored
        wanted = self._merged(base, group, day, is_new_stand=is_new)
        says_day = any("as_of" in change.edit.fields for change in group)
        return state(said(self.context) if says_day else self.context, package, stored, wanted, stood)

    def _merged(self, base: Json, group: Sequence[Change], day: date, *, is_new_stand: bool) -> Json:
        edits = [change.edit for change in group]
        wanted = merged(base, edits, self.shape, config.council_body(), is_new_stand=is_new_stand)
        wanted["as_of"] = day.isoformat()
        if base.get("status") in NEEDS_REASON and wanted.get("status") not in NEEDS_REASON:
            # the reason for the rest or the end goes with it, where the file has no column for it
            wanted["status_reason"] = wanted.get("status_reason") if "status_reason" in self.columns else ""
        return wanted

    def _backdate(
        self, package: model.Package, group: Sequence[Change], day: date, stood: Statement | None
    ) -> Written:
        base = begun(statements.base_of(package.id, stood) or measure_of(package), day)
        record = self._merged({**shown(package), **dataset_fields(base)}, group, day, is_new_stand=False)
        measure = self._validated(package, record, base, day)
        corrects = stood is not None and stood.as_of == day
        if stood and corrects and same_content(stood.content, measure.content()):
            return Written(package.id, day, UNCHANGED, None, stood.statement_id)
        added = statements.backdate(package, measure, self.author, corrects=corrects)
        return Written(package.id, day, added.kind, added.statement_id, stood.statement_id if stood else None)

    def _validated(self, package: model.Package, record: Json, base: Measure, day: date) -> Measure:
        """Validate a record of an earlier day; its parent and organisation are not judged by today."""
        data, errors = _validate(self.context, {**record, "parent_id": ""}, package)
        errors.pop("as_of", None)  # being older than the newest is what this is for
        if errors:
            raise tk.ValidationError(errors)
        measure = measure_from_validated(data, base.organisation)
        return replace(measure, as_of=day, parent_id=base.parent_id, keywords=base.keywords)

    def _package(self, change: Change, action: str) -> model.Package:
        package = find_package(change.measure_id)
        if package is None or package.state != model.State.ACTIVE or package.type != MEASURE_TYPE:
            message = tk._("There is no measure “{found}”.").format(found=change.measure_id[:60])
            raise tk.ValidationError({"measure_id": [message]})
        if (action, package.owner_org) not in self.may:  # a right to a measure is one to its organisation's
            tk.check_access(action, {"user": self.context.get("user", "")}, {"id": package.id})
            self.may.add((action, package.owner_org))
        return package

    # what cannot be, at its row

    def _worded(self, errors: Mapping[str, Any], group: Sequence[Change]) -> Iterator[Finding]:
        for name, told in errors.items():
            if name == self.shape.kind and all(isinstance(each, Mapping) for each in told):
                for place, of_row in enumerate(told):
                    for field, sentences in of_row.items():
                        yield self._finding(self._row_at(place, group), field, sentences)
            else:
                column = self.shape.column_of(name)
                change = next((c for c in group if column in c.edit.fields), group[0])
                yield self._finding(change, name, told)

    def _row_at(self, place: int, group: Sequence[Change]) -> Change:
        package = find_package(group[0].measure_id)
        record = shown(package) if package else {}
        body = config.council_body()
        edits = [change.edit for change in group]
        after = merged(record, edits, self.shape, body, is_new_stand=False)
        found = (c for c in group if place_of(after, c.edit, self.shape, body) == place)
        return next(found, group[0])

    def _finding(self, change: Change, name: str, sentences: object) -> Finding:
        column = self.shape.column_of(name if name != "name" else "measure_id")
        said = " ".join(_sentences(sentences))
        text = N_("Row {row}, {field}: {what}")
        values: dict[str, object] = {"row": change.edit.row, "field": column, "what": said}
        found = change.edit.after(column)
        return Finding(
            Cause.RULE, Message(text, values), change.edit.row, column, short(found) if found else None
        )

    def _foreign(self, change: Change) -> Finding:
        text = N_("Row {row}: “{found}” is not among the measures that you keep.")
        message = Message(text, {"row": change.edit.row, "found": change.measure_id})
        return Finding(Cause.FOREIGN_MEASURE, message, change.edit.row, "measure_id", change.measure_id)


def state(
    context: Context, package: model.Package, stored: Json, wanted: Json, stood: Statement | None
) -> Written:
    """Update a measure to a record; what says nothing new is left alone."""
    before = stood.statement_id if stood else None
    day = date.fromisoformat(wanted["as_of"])
    is_same = measure_from_dataset(stored).content() == measure_from_dataset(wanted).content()
    # the organisation's name is not in the fields that are compared
    if is_same and stored.get("owner_org") == wanted.get("owner_org"):
        return Written(package.id, day, UNCHANGED, None, before)
    if stored.get("owner_org") == wanted.get("owner_org"):
        _save(context, package, wanted)
    else:
        _move(context, package, wanted)
    newest = StatementRow.newest_of([package.id])[package.id]
    if newest.statement_id == before:
        return Written(package.id, day, UNCHANGED, None, before)
    change = NEW_STAND if newest.kind == StatementKind.STAND else newest.kind
    return Written(package.id, newest.as_of, change, newest.statement_id, before)


def _save(context: Context, package: model.Package, wanted: Json) -> None:
    """Write the dataset and its statement; the caller has authorised the user for this measure.

    ``package_update`` would do the same with the same validators, and ask some thirty times for rights.
    """
    data, errors = _validate({**context, "ignore_auth": True}, wanted, package)
    if errors:
        raise tk.ValidationError(errors)
    known = {place: place for place in range(len(data.get("resources") or ()))}
    told: Any = {"model": model, "session": model.Session, "package": package, "ignore_auth": True}
    model_save.package_dict_save(data, told, copy_resources=known)
    package.metadata_modified = datetime.now(UTC).replace(tzinfo=None)
    model.Session.flush()
    measure = measure_from_validated(data, organisation_name(package))
    statements.record(package, measure, author_of(context))
    announce.updated(context, [package])


def _move(context: Context, package: model.Package, wanted: Json) -> None:
    """Move a measure to another organisation, which CKAN itself has to allow."""
    _check(context, wanted, package)
    with _savepoint_released():
        tk.get_action("package_update")(deferred(context), wanted)


def remove(context: Context, package: model.Package, before: Statement | None) -> Written:
    """Delete a measure: it is withdrawn, its history stays."""
    statements.withdraw(package, author_of(context))
    announce.deleted(context, package)
    package.delete()
    model.Session.flush()
    last = StatementRow.last_of([package.id])[package.id]
    return Written(
        package.id, last.as_of, REMOVED, last.statement_id, before.statement_id if before else None
    )


def shown(package: model.Package) -> Json:
    """Return a dataset as it is stored."""
    context: Any = {"ignore_auth": True, "user": "", "use_cache": False}
    return dict(tk.get_action("package_show")(context, {"id": package.id}))


def dataset_fields(measure: Measure) -> Json:
    """Return what a record says as the fields of a dataset."""
    content = measure.content()
    told: Json = {
        name: "" if value is None else str(value)
        for name, value in content.items()
        if name not in {*_NOT_OF_CONTENT, *ROW_TYPES}
    }
    rows = {
        kind: [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in content[kind]
        ]
        for kind in ROW_TYPES
    }
    return {**told, **rows, "tags": [{"name": word} for word in measure.keywords]}


def _check(context: Context, record: Json, package: model.Package | None = None) -> None:
    """Validate a record before CKAN does: its actions end the whole transaction where something is wrong."""
    _, errors = _validate(context, record, package)
    if errors:
        raise tk.ValidationError(errors)


def _validate(context: Context, record: Json, package: model.Package | None) -> tuple[Json, Json]:
    plugin = dataset_types.lookup_package_plugin(MEASURE_TYPE)
    schema = plugin.update_package_schema() if package else plugin.create_package_schema()
    action = "package_update" if package else "package_create"
    told: Any = {**deferred(context), "model": model, "session": model.Session}
    if package:
        told["package"] = package
    data, errors = dataset_types.plugin_validate(plugin, told, copy.deepcopy(record), schema, action)
    return dict(data), dict(errors)


@contextmanager
def _savepoint_released() -> Iterator[None]:
    """Release the savepoint that ``package_update`` leaves open: a thousand of them are too deep a nest."""
    before = model.Session().get_nested_transaction()
    yield
    inner = model.Session().get_nested_transaction()
    if inner is not None and inner is not before:
        inner.commit()


@contextmanager
def _taken_back() -> Iterator[None]:
    """Take back what is written, so that the rows are free for others at once."""
    savepoint = model.Session.begin_nested()
    try:
        yield
    finally:
        if savepoint.is_active:
            savepoint.rollback()


def _sentences(told: object) -> list[str]:
    if isinstance(told, Mapping):
        return [sentence for each in told.values() for sentence in _sentences(each)]
    if isinstance(told, list | tuple):
        return [sentence for each in told for sentence in _sentences(each)]
    return [str(told)]
