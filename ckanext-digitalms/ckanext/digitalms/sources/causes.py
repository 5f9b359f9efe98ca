"""Why a run of a source fails: a stable type, its label, and what to do about it.

What is wrong inside a delivered table has causes of its own (``validation/causes.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.digitalms.messages import N_


@dataclass(frozen=True)
class RunCause:
    """A cause: its label and what to do."""

    label: str
    remedy: str


_FILE = N_("Correct the address of the source, or let the file be put there.")
_OPERATOR = N_("Let the operator of the source's server see to it; the next run tries again.")
_OURS = N_("Tell the operator of the catalogue, who finds more in the logs.")
_RECORD = N_("Correct the record at its source; the next run takes it over.")

CAUSES = {
    "error": RunCause(N_("The run failed"), N_("Do what the sentence says; the next run tries again.")),
    "internal": RunCause(N_("An error inside the catalogue"), _OURS),
    "stuck": RunCause(N_("The run was stuck"), _OURS),
    "vanishing": RunCause(
        N_("Too many records would vanish"),
        N_("A coordinator confirms or rejects it on the page of the source."),
    ),
    "refused": RunCause(N_("The table was refused"), N_("Mend the table as its report says.")),
    "waiting": RunCause(N_("The delivery waits"), N_("A coordinator answers the questions in its report.")),
    "bad-record": RunCause(N_("A record breaks a rule"), _RECORD),
    "doubled-record": RunCause(N_("An identifier is there twice"), _RECORD),
    "fetch-error": RunCause(N_("The file could not be fetched"), _OPERATOR),
    "unreachable": RunCause(N_("The source cannot be reached"), _OPERATOR),
    "unknown-host": RunCause(N_("The server's name is not known"), _FILE),
    "address-refused": RunCause(N_("The address is not allowed"), _FILE),
    "too-slow": RunCause(N_("The source is too slow"), _OPERATOR),
    "not-found": RunCause(N_("There is no file at the address"), _FILE),
    "status": RunCause(N_("The source answers with an error"), _OPERATOR),
    "too-large": RunCause(
        N_("The file is too large"),
        N_("Deliver it in parts, or let the operator raise ckanext.digitalms.upload.max_mb."),
    ),
    "web-page": RunCause(N_("A web page instead of data"), _FILE),
    "unreadable-headers": RunCause(N_("The headers of the source cannot be read"), _OPERATOR),
    "redirects": RunCause(N_("The address redirects too often"), _FILE),
}


def cause_of(value: str) -> RunCause:
    """Return a cause; one that a harvester of another extension made up has its own name."""
    return CAUSES.get(value) or RunCause(value, CAUSES["error"].remedy)
