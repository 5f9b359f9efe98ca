"""Of two who change a measure as both have seen it, the second is told, however close they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from at_once import at_once, field_of

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def change(number: int, seen: Any) -> Any:
    told = {"id": "dms", "seen": seen, "statement": f"Worte {number}", "as_of": "2019-09-01"}
    return tk.get_action("digitalms_statement_create")({"user": "editor"}, told)


def edit(number: int, seen: Any) -> Any:
    context = {"user": "editor"}
    stored = tk.get_action("package_show")(dict(context), {"id": "dms"})
    return tk.get_action("package_update")(context, {**stored, "seen": seen, "notes": f"Worte {number}"})


@pytest.mark.parametrize("save", [change, edit])
def test_one_of_several_at_the_same_moment(
    app: Any, personas: dict[str, str], make_measure: Callable[..., Any], save: Callable[[int, Any], Any]
) -> None:
    seen = make_measure()["metadata_modified"]
    ends = at_once(app, *(lambda number=number: save(number, seen) for number in range(4)))
    assert sorted(map(field_of, ends)) == ["", "seen", "seen", "seen"]
    now = tk.get_action("package_show")({"ignore_auth": True}, {"id": "dms"})["metadata_modified"]
    assert now != seen
    assert field_of(at_once(app, lambda: save(9, now))[0]) == "", "seen as it is, it is meant"
    with pytest.raises(tk.ValidationError):
        save(10, ["Unfug"])
