"""Validators of accounts, which take the place of CKAN's of the same name."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validators as core
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.digitalms.messages import translate
from ckanext.digitalms.services.accounts import passwords

__all__ = ["user_password_validator"]


def user_password_validator(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> Any:
    """Take a password that CKAN takes, and that is not among those that everybody tries first."""
    core.user_password_validator(key, data, errors, context)
    told = data[key]
    fault = passwords.fault(told) if isinstance(told, str) else None
    if fault is not None:
        errors[("password",)].append(translate(fault, tk._))
