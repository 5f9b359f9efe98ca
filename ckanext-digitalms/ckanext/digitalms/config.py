"""The only reader of the configuration; each function is one option of ``config_declaration.yaml``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk

from ckanext.digitalms.measures.updates import Rhythm

PREFIX = "ckanext.digitalms."
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-z]{3,30}")
_SOURCE = re.compile(r"(https?:|wss?:)?(//)?[A-Za-z0-9*.:/_-]+")
_MUENSTER = {
    "area_code": "05515000",
    "geonames": "https://sws.geonames.org/2867543/",
    "bbox": "7.47 51.84 7.77 52.06",
}
HARVEST_TIMEOUT = 120  # minutes; ckanext-harvest itself has no timeout unless one is set


def _text(name: str) -> str:
    return str(tk.config[PREFIX + name] or "")


def time_zone() -> ZoneInfo:
    """Return the city's time zone."""
    return ZoneInfo(_text("time_zone"))


def today() -> date:
    """Return the day in the city's time zone."""
    return datetime.now(time_zone()).date()


def end_of_day(day: date) -> datetime:
    """Return the end of a day in the city's time zone, as UTC."""
    return datetime.combine(day + timedelta(days=1), time(), time_zone()).astimezone(UTC)


def city() -> str:
    """Return the city's name."""
    return _text("city")


def area_code() -> str:
    """Return the city's official municipality key (AGS), text."""
    return _text("area_code")


def geonames() -> str:
    """Return the city's address in GeoNames, or an empty text."""
    return _of_the_city("geonames")


def bbox() -> tuple[float, float, float, float] | None:
    """Return the box around the city: west, south, east and north in degrees."""
    told = _of_the_city("bbox").split()
    if not told:
        return None
    try:
        west, south, east, north = map(float, told)
    except ValueError as error:
        raise ValueError(f"{PREFIX}bbox is {' '.join(told)!r}: write west, south, east and north") from error
    return west, south, east, north


def _of_the_city(name: str) -> str:
    """Return an option, or what is known of the city that is the default."""
    return _text(name) or (_MUENSTER[name] if area_code() == _MUENSTER["area_code"] else "")


def contributor_id() -> str:
    """Return who delivers the catalogue's datasets to GovData, an IRI, or an empty text."""
    return _text("dcat.contributor_id")


def default_themes() -> tuple[str, ...]:
    """Return the topics of tables of offices of which neither dataset nor organisation says any."""
    return tuple(_text("dcat.themes").split())


def shapes() -> Path | None:
    """Return the folder of the SHACL shapes that datasets are checked with, if there is one."""
    told = _text("dcat.shapes")
    return Path(told) if told else None


def shows_quality() -> bool:
    """Return whether everybody sees the points of public datasets on their pages."""
    return bool(tk.config[PREFIX + "quality.public"])


def council_body() -> str:
    """Return the council whose papers a reference without a body means."""
    return _text("council_body")


def coordinator_organisation() -> str:
    """Return the name of the organisation of the coordinators, which owns the open tables."""
    return _text("coordinator_organisation")


def license_id() -> str:
    """Return the licence id of the open tables."""
    return _text("license_id")


def coverage_license_id() -> str:
    """Return the licence id of broadband coverage where the owner knows one, or an empty text."""
    return _text("coverage.license_id")


def publisher() -> str:
    """Return the publisher of the open tables."""
    return _text("publisher")


def contact_email() -> str:
    """Return the mailbox for questions about the open tables, or an empty text."""
    return _text("contact_email")


def site_about() -> str:
    """Return what CKAN's own option says about the catalogue, which is said until the page is written."""
    return str(tk.config.get("ckan.site_about") or "")


def area_outlines() -> Path | None:
    """Return the file with the outlines of areas; nothing where none is set."""
    own = _text("area_outlines")
    return Path(own) if own else None


def release_path() -> Path:
    """Return the folder of the release files."""
    own, storage = _text("release_path"), tk.config["ckan.storage_path"]
    if not own and not storage:
        raise ValueError(f"there is no folder for releases: set {PREFIX}release_path or ckan.storage_path")
    return Path(own) if own else Path(str(storage)) / "digitalms" / "releases"


def report_path() -> Path:
    """Return the folder of the files of frozen reports, by default beside that of the releases."""
    own = _text("report_path")
    return Path(own) if own else release_path().with_name("reports")


def report_types() -> Path | None:
    """Return the file of the city's own report types, if there is one."""
    own = _text("report_types")
    return Path(own) if own else None


def mcp() -> bool:
    """Return whether programs may ask by the Model Context Protocol (``/mcp``)."""
    return bool(tk.config[PREFIX + "mcp"])


def report_four_eyes() -> bool:
    """Return whether a measure of a report is checked only when its office and a coordinator have looked."""
    return bool(tk.config[PREFIX + "report.four_eyes"])


def report_stand_days() -> int:
    """Return after how many days a Stand is told as a gap of a report."""
    return int(tk.config[PREFIX + "report.stand_days"])


def report_pdf_mb() -> int:
    """Return how much memory (address space, MB) the PDF of a report may take."""
    return int(tk.config[PREFIX + "report.pdf_mb"])


def kept_releases() -> tuple[int, str]:
    """Return for how many days all releases stay (0: for good), and which of older ones do."""
    return int(tk.config[PREFIX + "releases.keep_days"]), str(tk.config[PREFIX + "releases.then_keep"])


def retention_days(name: str) -> int:
    """Return after how many days previews, drafts, deliveries, findings or notices end; 0: never."""
    return int(tk.config[f"{PREFIX}retention.{name}_days"])


def publishes_on_change() -> bool:
    """Return whether a change of a measure publishes the open tables by a background job."""
    return bool(tk.config[PREFIX + "publish_on_change"])


def rhythm() -> Rhythm:
    """Return how often measures are updated that have no rhythm of their own."""
    wanted, tolerated = (int(tk.config[PREFIX + name]) for name in ("update_interval", "update_interval_max"))
    return Rhythm(wanted, max(wanted, tolerated))


def max_upload_bytes() -> int:
    """Return the largest file that may come in, in bytes."""
    return int(tk.config[PREFIX + "upload.max_mb"]) * 10**6


def max_request_bytes() -> int:
    """Return the most that a request without a file may bring in, in bytes."""
    return int(tk.config[PREFIX + "request.max_mb"]) * 10**6


def max_resource_bytes() -> int:
    """Return the largest file that CKAN's own forms take, in bytes."""
    return max(int(tk.config["ckan.max_resource_size"]), int(tk.config["ckan.max_image_size"])) * 2**20


def budget(kind: str) -> str:
    """Return how often a client may ask for what is dear to answer, in the words of the library limits."""
    return _text(f"budget.{kind}").strip()


def max_rows() -> int:
    """Return the most rows that a delivered table may have."""
    return int(tk.config[PREFIX + "upload.max_rows"])


def custom_table_max_rows() -> int:
    """Return the most rows that a table of one's own may have."""
    return int(tk.config[PREFIX + "custom_table.max_rows"])


def job_bytes() -> int:
    """Return the size of a text, in bytes, beyond which a job reads it."""
    return int(tk.config[PREFIX + "upload.job_kb"]) * 1000


def coverage_max_rows() -> int:
    """Return the most rows that the long table of mobile coverage may have."""
    return int(tk.config[PREFIX + "coverage.max_rows"])


def coverage_jump() -> int:
    """Return by how many percentage points a share may differ from the edition before without a question."""
    return int(tk.config[PREFIX + "coverage.jump"])


def allowed_networks() -> list[IPv4Network | IPv6Network]:
    """Return the private networks that may be fetched from."""
    return [ip_network(network) for network in tk.config[PREFIX + "fetch.allowed_networks"]]


def fetch_timeout() -> int:
    """Return the longest that one fetch may take, in seconds."""
    return int(tk.config[PREFIX + "fetch.timeout"])


def local_time(moment: datetime) -> str:
    """Write a moment that is UTC without saying so (as ckanext-harvest keeps it) in the city's time."""
    return f"{moment.replace(tzinfo=UTC).astimezone(time_zone()):%Y-%m-%d %H:%M}"


def harvest_timeout() -> int:
    """Return after how many minutes without any progress a harvest job is ended."""
    told = str(tk.config.get("ckan.harvest.timeout") or HARVEST_TIMEOUT)
    if not told.isdecimal():
        raise ValueError(f"ckan.harvest.timeout is {told!r}: write a number of minutes")
    return int(told)


def harvest_grace() -> timedelta:
    """Return how long a record may be missing at its source before it is deleted."""
    return timedelta(days=int(tk.config[PREFIX + "harvest.grace_days"]))


def harvest_guard() -> int:
    """Return the most records of a source, in percent, that may vanish without a coordinator's word."""
    return int(tk.config[PREFIX + "harvest.guard_percent"])


def harvest_mails() -> bool:
    """Return whether errors, questions and alarms of sources are sent by mail."""
    return bool(tk.config[PREFIX + "harvest.mail"])


def harvest_secret(source: str) -> str:
    """Return what the operator keeps for a source by its name, or an empty text."""
    return str(tk.config.get(f"{PREFIX}harvest.secret.{source}") or "")


def proxies() -> int:
    """Return how many proxies of one's own stand in front and tell who asks."""
    return int(tk.config[PREFIX + "proxies"])


def session_seconds() -> int:
    """Return how long a sign-in lasts that is not used, in seconds."""
    return int(tk.config[PREFIX + "session.hours"]) * 3600


def long_session_seconds() -> int:
    """Return how long a sign-in lasts at most, and unused for who wants to stay signed in, in seconds."""
    return int(tk.config[PREFIX + "session.long_days"]) * 86400


def web_patience() -> int:
    """Return for how many seconds a page waits for Solr, Redis or a connection to PostgreSQL."""
    return int(tk.config[PREFIX + "web.patience"])


def web_statement_timeout() -> int:
    """Return the longest time of a statement of SQL in a request, in seconds; 0 for no limit."""
    return int(tk.config[PREFIX + "web.statement_timeout"])


def disk_reserve() -> int:
    """Return how many bytes must be free for a change to be taken in."""
    return int(tk.config[PREFIX + "disk_reserve_mb"]) * 10**6


def theme() -> dict[str, str]:
    """Return the city's colours as CSS custom properties; what is no colour is left out."""
    told = {"--dm-primary": _text("theme.primary"), "--dm-accent": _text("theme.accent")}
    return {name: value for name, value in told.items() if _COLOUR.fullmatch(value)}


def image_hosts() -> list[str]:
    """Return the hosts beside our own that pictures on pages may come from."""
    return _sources("headers.image_hosts")


def connect_hosts() -> list[str]:
    """Return the hosts beside our own that scripts of pages may ask."""
    return _sources("headers.connect_hosts")


def embedders() -> list[str]:
    """Return the hosts beside our own whose pages may show what is made for being embedded."""
    return _sources("headers.embedders")


def _sources(name: str) -> list[str]:
    """Read hosts for a Content-Security-Policy, in which a semicolon would begin something else."""
    told = [str(source) for source in tk.config[PREFIX + name]]
    wrong = [source for source in told if not _SOURCE.fullmatch(source)]
    if wrong:
        raise ValueError(f"{PREFIX}{name}: {wrong[0]!r} is no host: write it as https://karten.example.org")
    return told
