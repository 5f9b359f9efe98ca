"""What others embed: frames, pictures and oEmbed. These pages alone may stand in pages of other sites."""

from __future__ import annotations

import json
from dataclasses import replace

import ckan.plugins.toolkit as tk
import flask_babel
from ckan.lib import i18n
from ckan.types import Response
from flask import Blueprint, make_response
from werkzeug.datastructures import ImmutableMultiDict

from ckanext.digitalms import config
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.reuse import oembed as answers
from ckanext.digitalms.reuse.picture import Picture, drawn

from . import embed_parts, embed_tables, embedded_pages
from .embed_parts import Shown
from .errors import handle_errors
from .pages import Page, conditional
from .point_in_time import PointInTime, requested_point_in_time

digitalms_embed = Blueprint("digitalms_embed", __name__, url_prefix="/digitalisierung")
handle_errors(digitalms_embed)

_SVG = "image/svg+xml; charset=utf-8"
_OEMBED, _PICTURE = "digitalms_embed.oembed", "digitalms_embed.picture"


@digitalms_embed.get("/einbetten/<path:what>")
def frame(what: str) -> Page:
    """Show a plot, a figure or a table for itself, with its source and the way to its page."""
    found = _shown(what)
    answer: Response = make_response(tk.render("digitalms/embed/frame.html", {"shown": found}))
    return conditional(answer)


@digitalms_embed.get("/einbetten/<path:what>.svg")
def picture(what: str) -> Page:
    """Give a plot or figure as a picture without scripts."""
    found = _shown(what)
    if found.columns:
        raise tk.ObjectNotFound(tk._("A table has no picture: embed it as a frame."))
    answer: Response = make_response(drawn(_picture(found)))
    answer.headers["Content-Type"] = _SVG
    return conditional(answer)


@digitalms_embed.get("/oembed")
def oembed() -> Page:
    """Say how a page of ours is embedded (https://oembed.com)."""
    asked = tk.request.args
    kind = asked.get("format", "json").strip().lower() or "json"
    if kind not in answers.FORMATS:
        known = ", ".join(answers.FORMATS)
        return _refused(501, tk._("There is no such format; there are: {known}.").format(known=known))
    try:
        most = [answers.size(asked.get(name)) for name in ("maxwidth", "maxheight")]
    except ValueError as wrong:
        sentence = tk._("“maxwidth” and “maxheight” are numbers of pixels: {found}.")
        return _refused(400, sentence.format(found=str(wrong)[:60]))
    if not asked.get("url", "").strip():
        return _refused(400, tk._("Say which page is meant: “url” is missing."))
    whole = _frame_of(asked["url"].strip())
    provider = {"name": str(tk.config.get("ckan.site_title") or config.publisher()), "url": site_url()}
    told = answers.told(whole.within(*most), provider)
    body = answers.as_xml(told) if kind == "xml" else json.dumps(told, ensure_ascii=False).encode()
    answer: Response = make_response(body)
    answer.headers["Content-Type"] = f"{answers.FORMATS[kind]}; charset=utf-8"
    return conditional(answer)


def _shown(what: str) -> Shown:
    moment = requested_point_in_time()
    parts = what.split("/")
    if moment.errors and parts[0] != embed_tables.OWN:
        raise tk.ValidationError({name: [text] for name, text in moment.errors.items()})
    if parts[0] in {embed_tables.OPEN, embed_tables.OWN} and parts[2:] in ([], [embed_tables.DRAWN]):
        make = embed_tables.plotted if parts[2:] else embed_tables.shown
        name = parts[1] if len(parts) > 1 else ""
        found = make(parts[0], name, list(tk.request.args.items(multi=True)), moment)
        return replace(found, past=_past(moment) if parts[0] == embed_tables.OPEN else "")
    return replace(embed_parts.shown(parts, moment), past=_past(moment))


def _past(moment: PointInTime) -> str:
    """Say which day is shown, if it is not today."""
    day, known = moment.told.get("cut_off_date"), moment.told.get("known_at")
    told = [tk._("You see the state of {day}.").format(day=tk.h.digitalms_day(day))] if day else []
    if known:
        told.append(tk._("You see it as it was known on {day}.").format(day=tk.h.digitalms_day(known)))
    return " ".join(told)


def _frame_of(url: str) -> answers.Frame:
    """Return the frame of a page of ours, whose address and day count as those of this request."""
    meant = embedded_pages.meant(url)
    if meant is None:
        raise tk.ObjectNotFound(tk._("This is no address of a page of ours that can be embedded."))
    tk.request.args = ImmutableMultiDict(meant.arguments)
    tk.g.pop("digitalms_day", None)
    if meant.language:
        tk.request.environ["CKAN_LANG"] = meant.language
        tk.request.environ["CKAN_LANG_IS_DEFAULT"] = False
        i18n.set_lang(meant.language)
        flask_babel.refresh()
    found = _shown(meant.what)
    address = embedded_pages.frame_address(meant.what, meant.arguments, meant.language)
    return answers.Frame(address, found.title, height=found.height)


def _picture(found: Shown) -> Picture:
    terms = found.origin["license"]
    captions = (
        found.source,
        " ".join(filter(None, [tk._("Stand: {day}").format(day=f"{found.stand}."), found.past])),
        tk._("Licence: {name}").format(name=terms.get("title") or terms.get("name") or "–"),
        embedded_pages.absolute(found.page),
    )
    return Picture(found.title, found.value, found.line, found.plot, found.legend, captions)


def _refused(code: int, sentence: str) -> Response:
    """Say why there is nothing, as what was asked for: a frame, a picture or JSON."""
    endpoint = tk.request.endpoint
    if endpoint == _OEMBED:
        answer = make_response(json.dumps({"error": sentence}, ensure_ascii=False), code)
        answer.headers["Content-Type"] = "application/json; charset=utf-8"
    elif endpoint == _PICTURE:
        captions = (embedded_pages.absolute(tk.url_for("digitalms_start.index")),)
        told = Picture(str(_heading(code)), "", sentence)
        answer = make_response(drawn(Picture(told.title, line=told.line, captions=captions)), code)
        answer.headers["Content-Type"] = _SVG
    else:
        answer = make_response(
            tk.render("digitalms/embed/missing.html", {"sentence": sentence, "heading": _heading(code)}), code
        )
    return answer


def _heading(code: int) -> str:
    return str(tk._("Not found") if code == 404 else tk._("This does not fit"))


@digitalms_embed.errorhandler(tk.ObjectNotFound)
@digitalms_embed.errorhandler(tk.NotAuthorized)
def not_found(err: Exception) -> Response:
    """Say that it is not there; nobody is told whether it was ever there."""
    told = "" if isinstance(err, tk.NotAuthorized) else str(getattr(err, "message", "") or "")
    return _refused(404, told or tk._("This is not there, or is public no more."))


@digitalms_embed.errorhandler(tk.ValidationError)
def not_valid(err: tk.ValidationError) -> Response:
    """Say what is wrong with the address."""
    sentences = [str(text) for texts in err.error_dict.values() for text in texts]
    return _refused(400, " ".join(sentences))
