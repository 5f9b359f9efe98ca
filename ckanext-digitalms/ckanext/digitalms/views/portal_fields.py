"""What other portals ask, in the form of a table: what is left empty is said by the organisation."""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json

from .pages import reader

SEVERAL = ("theme", "hvd_category")
_CHOSEN = ("political_level", "availability")
_DAYS = ("temporal_start", "temporal_end")
_TEXTS = ("model_dataset", "contributor_id")
# those that are said by one value
ONE = (*_CHOSEN, *_DAYS, *_TEXTS)
_ORDER = ("theme", *_DAYS, *_CHOSEN, "hvd_category", *_TEXTS)

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Field:
    """A field of the form.

    Args:
        name: of the dataset.
        kind: ``several``, ``choice``, ``day`` or ``text``.
        label: what it is called.
        help: what it means.
        choices: values and words; the first of one that is chosen is what counts where nothing is said.
        default: what the organisation says, in words, or nothing.
    """

    name: str
    kind: str
    label: str
    help: str
    choices: Choices
    default: str


def asked(organisation: str | None) -> list[Field]:
    """Return the fields.

    Args:
        organisation: whose the table is, if that is known.
    """
    schema = tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]
    told = {one["field_name"]: one for one in schema}
    said = _said(organisation)
    return [_field(told[name], said.get(name, "")) for name in _ORDER]


def frequencies(organisation: str | None, known: Choices) -> Choices:
    """Return how often data may be renewed, with what the organisation says where nothing is chosen."""
    said = dict(known).get(_said(organisation).get("frequency", ""), "")
    return [("", _unless_said(said)), *known]


def _said(organisation: str | None) -> dict[str, str]:
    if not organisation:
        return {}
    shown = {"id": organisation, "include_datasets": False, "include_users": False}
    found: Json = tk.get_action("organization_show")(reader(), shown)
    return {one["key"]: one["value"] for one in found.get("extras", ())}


def _field(told: Json, said: str) -> Field:
    name, words = told["field_name"], tk.h.scheming_language_text
    choices = []
    if "choices_helper" in told:
        choices = [(one["value"], words(one["label"])) for one in tk.h.scheming_field_choices(told)]
    default = dict(choices).get(said, said)
    if name in _CHOSEN:
        choices.insert(0, ("", _unless_said(default)))
    kinds = {**dict.fromkeys(SEVERAL, "several"), **dict.fromkeys(_CHOSEN, "choice")}
    kind = kinds.get(name, "day" if name in _DAYS else "text")
    return Field(name, kind, words(told["label"]), words(told.get("help_text") or ""), choices, default)


def _unless_said(default: str) -> str:
    if not default:
        return str(tk._("as the organisation says"))
    return str(tk._("as the organisation says: {words}")).format(words=default)
