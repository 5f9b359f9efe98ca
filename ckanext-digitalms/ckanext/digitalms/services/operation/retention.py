"""What came in ends after a time: each rule says what goes, and so what never does.

Nothing goes that is cited, published, waits for an answer, or is the source of a statement or an edition: of
these the row stays with its report, and only the bytes of the file go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_


@dataclass(frozen=True)
class Rule:
    """What ends, and when.

    Args:
        name: of its option, ``ckanext.digitalms.retention.NAME_days``.
        title: what it is, for people.
        command: the SQL that ends what is older than ``:before``.
    """

    name: str
    title: str
    command: str

    def applied(self) -> int:
        """End what is old enough, in the session's transaction; return how much. 0 days: nothing."""
        days = config.retention_days(self.name)
        if days <= 0:
            return 0
        before = datetime.now(UTC) - timedelta(days=days)
        done: Any = model.Session.execute(sa.text(self.command), {"before": before})
        return int(done.rowcount)


RULES = (
    Rule(
        "previews",
        N_("previews of tables that nobody applied"),
        """
        DELETE FROM digitalms_delivery
        WHERE state = 'received' AND kind <> 'dataset' AND received_at < :before
        """,
    ),
    Rule(
        "drafts",
        N_("drafts of tables that nobody published"),
        # the draft of a table that is kept as a private dataset is that dataset's content
        """
        DELETE FROM digitalms_delivery d
        WHERE d.state = 'received' AND d.kind = 'dataset' AND d.received_at < :before AND NOT EXISTS (
            SELECT FROM package p WHERE p.extras ->> 'digitalms_draft' = d.id AND p.state <> 'deleted')
        """,
    ),
    Rule(
        "drafts",
        N_("drafts of reports that nobody applied"),
        "DELETE FROM digitalms_report_import WHERE state = 'draft' AND created_at < :before",
    ),
    Rule(
        "deliveries",
        N_("deliveries that changed nothing"),
        # what is the newest of its source says how that is
        """
        DELETE FROM digitalms_delivery d
        WHERE d.state IN ('refused', 'unchanged') AND d.received_at < :before
        AND NOT EXISTS (SELECT FROM digitalms_coverage_edition e WHERE e.delivery_id = d.id)
        AND NOT EXISTS (SELECT FROM harvest_object o WHERE o.content = d.id AND o.current)
        AND (d.source_id IS NULL OR EXISTS (
            SELECT FROM digitalms_delivery n
            WHERE n.source_id = d.source_id AND n.received_at > d.received_at))
        """,
    ),
    Rule(
        "deliveries",
        N_("files of deliveries that were taken over"),
        # the file that a version was made from stays with the version that is shown, and with a cited one
        """
        UPDATE digitalms_delivery d SET content = '',
            about = d.about || jsonb_build_object('file_ended_on', to_char(clock_timestamp(), 'YYYY-MM-DD'))
        WHERE d.state IN ('accepted', 'undone') AND octet_length(d.content) > 0
        AND coalesce(d.finished_at, d.received_at) < :before
        AND NOT EXISTS (
            SELECT FROM digitalms_release r WHERE r.release_id = d.about ->> 'release_id'
            AND (r.state = 'current' OR r.manifest ->> 'cited' <> ''))
        """,
    ),
    Rule(
        "deliveries",
        N_("files of reports that were taken over"),
        """
        UPDATE digitalms_report_import SET content = ''
        WHERE state <> 'draft' AND octet_length(content) > 0 AND coalesce(applied_at, created_at) < :before
        """,
    ),
    Rule(
        "findings",
        N_("errors of earlier runs of sources"),
        """
        DELETE FROM digitalms_harvest_finding d WHERE d.created_at < :before AND EXISTS (
            SELECT FROM harvest_job j JOIN harvest_job n
            ON n.source_id = j.source_id AND n.created > j.created WHERE j.id = d.job_id)
        """,
    ),
    Rule(
        "notices",
        N_("notes on mails that were sent"),
        "DELETE FROM digitalms_harvest_notice WHERE tried_at < :before",
    ),
    Rule(
        "notices",
        N_("answered questions of sources"),
        """
        DELETE FROM digitalms_harvest_question
        WHERE state <> 'waiting' AND coalesce(decided_at, asked_at) < :before
        """,
    ),
)


def tidy(*, dry_run: bool = False) -> list[tuple[str, int]]:
    """End what is old enough, all or nothing; return what it was and how much, also of a dry run."""
    done = [(rule.title, rule.applied()) for rule in RULES]
    if dry_run:
        model.Session.rollback()
    else:
        model.repo.commit()
    return [(title, count) for title, count in done if count]
