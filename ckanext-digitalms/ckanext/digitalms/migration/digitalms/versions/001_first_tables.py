"""Statements with their guard, notes, releases, identities, deliveries and report imports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")

# A statement is refused every change, save by the function below: it first logs, and the guard lets
# through only the statement that the same transaction has logged. The guard also refuses TRUNCATE.
GUARD = """
CREATE OR REPLACE FUNCTION digitalms_statement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.statement_id = OLD.statement_id
           AND (NEW.package_id, NEW.measure_id, NEW.as_of, NEW.recorded_at, NEW.kind, NEW.visibility)
             = (OLD.package_id, OLD.measure_id, OLD.as_of, OLD.recorded_at, OLD.kind, OLD.visibility)
           AND EXISTS (SELECT 1 FROM digitalms_redaction r
                       WHERE r.statement_id = OLD.statement_id AND r.transaction_id = txid_current()) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'digitalms_statement is append-only: % refused', TG_OP
        USING HINT = 'Add a correction; to blank personal data use digitalms_redact_statement().';
END $$;
CREATE TRIGGER digitalms_statement_row_guard BEFORE UPDATE OR DELETE ON digitalms_statement
    FOR EACH ROW EXECUTE FUNCTION digitalms_statement_guard();
CREATE TRIGGER digitalms_statement_truncate_guard BEFORE TRUNCATE ON digitalms_statement
    FOR EACH STATEMENT EXECUTE FUNCTION digitalms_statement_guard();
CREATE OR REPLACE FUNCTION digitalms_redact_statement(
    the_statement bigint, new_content jsonb, new_hash text, new_source text,
    the_path text, the_reason text, the_user text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    logged bigint;
BEGIN
    INSERT INTO digitalms_redaction (statement_id, path, reason, user_id)
        VALUES (the_statement, the_path, the_reason, the_user) RETURNING redaction_id INTO logged;
    UPDATE digitalms_statement SET content = new_content, content_hash = new_hash, source = new_source
        WHERE statement_id = the_statement;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no statement %', the_statement;
    END IF;
    RETURN logged;
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "digitalms_statement",
        sa.Column("statement_id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("measure_id", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("content", JSONB),
        sa.Column("content_hash", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("author_id", sa.Text),
        sa.CheckConstraint(
            "kind IN ('stand', 'correction', 'backdated', 'withdrawn', 'tombstone')",
            name="digitalms_statement_kind",
        ),
        sa.CheckConstraint("visibility IN ('public', 'internal')", name="digitalms_statement_visibility"),
        sa.CheckConstraint(
            "(content IS NULL) = (kind IN ('withdrawn', 'tombstone'))", name="digitalms_statement_content"
        ),
    )
    op.create_index(
        "digitalms_statement_order",
        "digitalms_statement",
        ["package_id", sa.text("as_of DESC"), sa.text("statement_id DESC")],
    )
    op.create_index(
        "digitalms_statement_learnt", "digitalms_statement", ["package_id", sa.text("statement_id DESC")]
    )
    op.create_index("digitalms_statement_measure", "digitalms_statement", ["measure_id"])
    op.create_table(
        "digitalms_redaction",
        sa.Column("redaction_id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("statement_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("transaction_id", sa.BigInteger, nullable=False, server_default=sa.text("txid_current()")),
    )
    op.execute(GUARD)
    op.create_table(
        "digitalms_internal_note",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    )
    op.create_table(
        "digitalms_release",
        sa.Column("release_id", sa.Text, primary_key=True),
        sa.Column("table_group", sa.Text, nullable=False, index=True),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("manifest", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("current_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('written', 'loaded', 'current', 'former')", name="digitalms_release_state"
        ),
    )
    op.create_index(
        "digitalms_release_one_current",
        "digitalms_release",
        ["table_group"],
        unique=True,
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "digitalms_harvest_identity",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("package_id", sa.Text, index=True),
        sa.Column("content_hash", sa.Text),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("gone_since", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("source_id", "identifier", name="digitalms_harvest_identity_one"),
    )
    op.create_table(
        "digitalms_delivery",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, index=True),
        sa.Column("job_id", sa.Text, index=True),
        sa.Column("organisation", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("dialect", JSONB, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("report", JSONB),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "digitalms_report_import",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("proposal", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    for table in ("report_import", "delivery", "harvest_identity", "release", "internal_note"):
        op.drop_table(f"digitalms_{table}")
    op.drop_table("digitalms_statement")
    op.drop_table("digitalms_redaction")
    op.execute("DROP FUNCTION digitalms_statement_guard()")
    op.execute("DROP FUNCTION digitalms_redact_statement(bigint, jsonb, text, text, text, text, text)")
