"""Markdown of a page as HTML: what somebody writes is text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .blanks import LONGEST

__all__ = ["html"]


@lru_cache(maxsize=32)
def html(text: str) -> str:
    """Return a text as HTML, without scripts, pictures and HTML of its own; a blank is marked.

    It is kept: of 50,000 brackets that are opened and never closed the library takes two seconds.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:  # the first level is the title of the page
            token.tag = max(token.tag, "h2")
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _blank(state: StateInline, silent: bool) -> bool:
    """Read ``[[what is missing]]``."""
    begin = state.pos + 2
    if not state.src.startswith("[[", state.pos):
        return False
    end = state.src.find("]]", begin, begin + LONGEST + 2)
    if end <= begin or any(sign in state.src[begin:end] for sign in "[]\n"):
        return False
    if not silent:
        state.push("blank", "mark", 0).content = state.src[begin:end].strip()
    state.pos = end + 2
    return True


def _marked(renderer: Any, tokens: Sequence[Token], index: int, *told: Any) -> str:
    del told
    return f"<mark>{renderer.text(tokens, index, {}, {})}</mark>"


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    made.inline.ruler.before("link", "blank", _blank)
    made.add_render_rule("blank", _marked)
    return made


_MARKDOWN = _markdown()
