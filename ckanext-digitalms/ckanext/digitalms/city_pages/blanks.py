"""Blanks of a text: ``[[postal address]]`` stands for what somebody still has to fill in.

The public does not see the lines in which something is missing, nor a heading of which nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["LONGEST", "missing", "public"]

LONGEST = 100  # characters of what a blank says
_BLANK = re.compile(rf"\[\[([^\[\]\n]{{1,{LONGEST}}})\]\]")
_HEADING = re.compile(r"(#{1,6})\s")
_LIST = re.compile(r"\s*([-*+|]|\d+[.)])\s")


def missing(text: str) -> list[str]:
    """Return what a text says is missing, each once."""
    return list(dict.fromkeys(found.strip() for found in _BLANK.findall(text)))


def public(text: str) -> str:
    """Return a text without the lines in which something is missing."""
    if not missing(text):
        return text
    return "\n".join(_with_content(list(_complete(text)))).strip()


def _complete(text: str) -> Iterator[str]:
    """Give the lines of a text that are complete; a paragraph is one, however many lines it has."""
    for block in text.split("\n\n"):
        if _LIST.match(block) or not _BLANK.search(block):
            yield from (line for line in block.split("\n") if not _BLANK.search(line))
            yield ""


def _with_content(lines: list[str]) -> list[str]:
    """Leave out headings that nothing follows but the next one of their level or above."""
    kept: list[str] = []
    follows, level = False, 0  # whether there is a text below, and of which heading
    for line in reversed(lines):
        heading = _HEADING.match(line)
        if heading is None:
            follows = follows or bool(line.strip())
        elif not follows and not (level and len(heading[1]) < level):
            continue
        else:
            follows, level = False, len(heading[1])
        kept.append(line)
    return kept[::-1]
