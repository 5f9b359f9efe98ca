"""A report as DOCX, from a template, in a process of its own.

The template's tags run in Jinja's immutable sandbox, without a name but those of :mod:`.names`, and within
limits of time and memory: a template is somebody's file, and its tags are code.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import msgspec
from jinja2 import ChainableUndefined, DictLoader, StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ckanext.digitalms import isolated
from ckanext.digitalms.archives import DAMAGE
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.reporting.report import Report

from . import finish, names, pictures, template

SECONDS = 30
MEMORY_MB = 1500
_PICTURE_MM = 115
# what tags that cannot be carried out end in, and files that are no documents
_FAULTS = (TemplateError, ArithmeticError, *DAMAGE)


class Order(msgspec.Struct, frozen=True):
    """What the other process is sent: the template, the names, the plots by name, and when it was made.

    ``is_strict``: a name that there is not is refused.
    """

    template: bytes
    names: dict[str, Any]
    plots: list[tuple[str, str, str]]
    made: datetime
    is_strict: bool = False


def render(report: Report, own: bytes | None = None, *, is_strict: bool = False) -> bytes:
    """Return the report as DOCX.

    Args:
        report: what it tells.
        own: the city's template; by default the one that comes with the program.
        is_strict: a name in it that there is not is refused; else it stands for nothing.

    Raises:
        isolated.IsolatedError: it could not be made; the message says why.
    """
    order = Order(
        template=template.default() if own is None else own,
        names=names.of_report(report),
        plots=[(each.name, each.svg, names.readable(each.alt)) for each in pictures.plots_of(report)],
        made=report.known_at,
        is_strict=is_strict,
    )
    sent = msgspec.msgpack.encode(order)
    return isolated.run(f"{__name__}:work", sent, seconds=SECONDS, memory_mb=MEMORY_MB)


def work(sent: bytes) -> bytes:
    """Make the document; the work of the other process."""
    order = msgspec.msgpack.decode(sent, type=Order)
    try:
        return _made(order)
    except SecurityError as error:
        text = N_("The template tries to do what templates may not: {reason}")
        raise isolated.RefusedError(Message(text, {"reason": str(error)[:300]})) from error
    except _FAULTS as error:
        text = N_("The template cannot be read: {reason}{place}")
        place = getattr(error, "docx_context", None)
        near = f" … {' '.join(' '.join(place).split())[:200]} …" if place else ""
        raise isolated.RefusedError(
            Message(text, {"reason": f"{type(error).__name__}: {error}"[:300], "place": near})
        ) from error


def _made(order: Order) -> bytes:
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    class _Template(DocxTemplate):  # type: ignore[misc]
        def render_properties(self, *_context: object, **_environment: object) -> None:
            """Leave the properties alone: they are written at the end, whatever the template says."""

    document = _Template(BytesIO(order.template))
    drawn = pictures.drawn([svg for _, svg, _ in order.plots])
    plots: dict[str, Any] = {}
    alts: dict[bytes, str] = {}
    for (name, _, alt), content in zip(order.plots, drawn, strict=True):
        plots[name] = InlineImage(document, BytesIO(content), width=Mm(_PICTURE_MM))
        alts[content] = alt
    undefined = StrictUndefined if order.is_strict else ChainableUndefined
    environment = ImmutableSandboxedEnvironment(loader=DictLoader({}), autoescape=True, undefined=undefined)
    document.render({**order.names, "plots": _Plots(plots)}, environment)
    written = BytesIO()
    document.save(written)
    about = finish.About(order.names["subject"], order.names["office"], order.made)
    return finish.finished(written.getvalue(), alts, about)


class _Plots(dict[str, Any]):
    """Plots by name; one that is not there is nothing, since a series of one value has none."""

    def __missing__(self, name: str) -> str:
        return ""
