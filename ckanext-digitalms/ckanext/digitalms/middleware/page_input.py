"""What pages of CKAN and the DataStore are asked, where they break off instead of refusing a value.

`one_of` of the dump's schema fails over the tuple of formats, its filters are taken for an object whatever
they are; others fail over anything but a number, or a yes or no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from ckanext.datastore.blueprint import DUMP_FORMATS

from ckanext.digitalms.messages import N_
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.storable import is_storable

from . import datastore_filters, request_json
from .refusals import refuse

__all__ = ["install"]

_FORMAT = N_("No such format: {value}. There are: {known}.")
_FLAG = N_('"{name}" is true or false: {value}')
_COUNT = N_('"{name}" is a number from 0 to 2147483647: {value}')
_DAY = N_("This is always of today: leave out the day. Pages and open tables have it.")
_DUMP = "datastore.dump"
# what no XML can hold, into which a feed writes what it was asked
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 60  # of a value in a sentence


def install(app: CKANApp) -> None:
    """Look at these values before the page is made."""
    app.before_request(_refuse)


def _refuse() -> Response | None:
    if tk.request.blueprint == "feeds" and any(_NOT_IN_XML.search(text) for text in _asked()):
        return refuse(400, tk._("This does not fit"), tk._(request_json.CONTROL))
    if (
        tk.request.blueprint == "feeds" or tk.request.endpoint == _DUMP
    ) and IN_ACTIONS.keys() & tk.request.args.keys():
        return refuse(400, tk._("This does not fit"), tk._(_DAY))
    checks = _CHECKS.get(tk.request.endpoint or "", ())
    told = tk.request.values if checks else {}
    wrong = [
        tk._(sentence).format(name=name, value=told[name][:_LONGEST], known=", ".join(DUMP_FORMATS))
        for name, fits, sentence in checks
        if name in told and not fits(told[name])
    ]
    return refuse(400, tk._("This does not fit"), " ".join(wrong)) if wrong else None


def _asked() -> Iterator[str]:
    return (text for pair in tk.request.args.items(multi=True) for text in pair)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) < 2**31


def _is_flag(text: str) -> bool:
    try:
        tk.asbool(text)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, tuple[tuple[str, Callable[[str], bool], str], ...]] = {
    _DUMP: (
        ("format", DUMP_FORMATS.__contains__, _FORMAT),
        ("filters", datastore_filters.fits, datastore_filters.UNREADABLE),
    ),
    "datastore.api_info": (("embedded", _is_flag, _FLAG),),
    "group.index": (("q", is_storable, request_json.CONTROL),),
    "organization.index": (("q", is_storable, request_json.CONTROL),),
    "user.index": (("limit", _is_count, _COUNT), ("q", is_storable, request_json.CONTROL)),
    "user.sysadmin": (("status", _is_flag, _FLAG),),
}
