"""What a page of ours gives, and as whom it asks; CKAN's own helpers are not typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
from ckan.types import Context, Response
from werkzeug.exceptions import HTTPException

Page: TypeAlias = str | tuple[str, int] | Response | HTTPException


def reader() -> Context:
    """Return the context of who reads; a stranger has no name.

    With the account itself CKAN does not look it up for each action.
    """
    if not tk.current_user.is_authenticated:
        return {"user": ""}
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def rendered(template: str, values: Mapping[str, Any]) -> Page:
    """Render a template."""
    page: str = tk.render(template, dict(values))
    return page


def redirect(*args: Any, **kwargs: Any) -> Page:
    """Lead to another page, by its endpoint or address."""
    answer: Response = tk.redirect_to(*args, **kwargs)
    return answer
