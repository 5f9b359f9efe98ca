"""What an address answers to a persona, in the words of ``persona_matrix.csv``, and that table."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

from ckan import model

PERSONAS = ("anonymous", "stranger", "other_editor", "editor", "coordinator", "sysadmin")
TABLE = Path(__file__).with_name("persona_matrix.csv")
HOW_TO = "add a row to tests/data/persona_matrix.csv that says who may: yes, no or sign in"
_NOT_SERVED = {400: "unread", 404: "none", 405: "none"}


def word(answer: Any) -> str:
    """Say what an answer means."""
    if answer.status_code in {401, 403}:
        return "no"
    if answer.status_code in _NOT_SERVED:
        return _NOT_SERVED[answer.status_code]
    if answer.status_code in {302, 303} and "login" in answer.headers.get("Location", ""):
        return "sign in"
    if 300 <= answer.status_code < 400:
        return "leads"
    return "yes" if answer.status_code < 500 else "error"


def posted(client: Any, address: str, token: str | None, form: dict[str, str]) -> str:
    """Send a form to an address, and say what the answer means."""
    headers = {"Authorization": token} if token else {}
    try:
        return word(client.post(address, data=form, headers=headers, follow_redirects=False))
    except Exception:  # noqa: BLE001 - the test application raises what a server answers with 500
        model.Session.remove()
        return "error"


def gone_after(told: list[str]) -> list[str]:
    """Take as yes what is not there any more since somebody before, who may less, has done away with it."""
    return ["yes" if one == "none" and "yes" in told[:place] else one for place, one in enumerate(told)]


def compare(found: dict[str, list[str]], kinds: tuple[str, ...]) -> None:
    """Compare each row of these kinds; ``PERSONA_MATRIX=FILE`` writes what was found, to be reviewed."""
    if target := os.environ.get("PERSONA_MATRIX"):
        with Path(target).open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([what, *told] for what, told in sorted(found.items()))
    with TABLE.open(encoding="utf-8") as file:
        rows = {row["what"]: [row[p] for p in PERSONAS] for row in csv.DictReader(file)}
    reviewed = {what: told for what, told in rows.items() if what.startswith(kinds)}
    assert sorted(found.keys() - reviewed.keys()) == [], HOW_TO
    assert sorted(reviewed.keys() - found.keys()) == [], "these rows are left over"
    others = [f"{what}: {reviewed[what]} is {told}" for what, told in found.items() if told != reviewed[what]]
    assert others == [], "\n".join(others)
