"""Template helpers: they format, they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from .vocabularies import MEASURE_TYPE, FundingState, GoalState, ReferenceRole, Status, StepState, Term

__all__ = [
    "digitalms_funding_state_choices",
    "digitalms_goal_state_choices",
    "digitalms_parent_choices",
    "digitalms_reference_role_choices",
    "digitalms_status_choices",
    "digitalms_step_state_choices",
]

Choices = list[dict[str, str]]


def _choices(terms: type[Term]) -> Choices:
    return [{"value": term.value, "label": tk._(term.label)} for term in terms]


def digitalms_status_choices(field: Mapping[str, Any]) -> Choices:
    """Give the statuses with their labels."""
    del field
    return _choices(Status)


def digitalms_step_state_choices(field: Mapping[str, Any]) -> Choices:
    """Give the states of a step with their labels."""
    del field
    return _choices(StepState)


def digitalms_reference_role_choices(field: Mapping[str, Any]) -> Choices:
    """Give the roles of a council reference with their labels."""
    del field
    return _choices(ReferenceRole)


def digitalms_goal_state_choices(field: Mapping[str, Any]) -> Choices:
    """Give the states of a goal with their labels."""
    del field
    return _choices(GoalState)


def digitalms_funding_state_choices(field: Mapping[str, Any]) -> Choices:
    """Give the states of the funding with their labels."""
    del field
    return _choices(FundingState)


def digitalms_parent_choices(field: Mapping[str, Any]) -> Choices:
    """Give the measures that can be a parent."""
    del field
    query = model.Session.query(model.Package.name, model.Package.title).filter(
        model.Package.type == MEASURE_TYPE, model.Package.state == model.State.ACTIVE
    )
    return [{"value": name, "label": title} for name, title in query.order_by(model.Package.title)]
