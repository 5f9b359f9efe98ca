"""``ckan digitalms import-table``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from import_files import changed_file, file_of, measure, statement_count

from ckanext.digitalms.commands.table import import_table

pytestmark = pytest.mark.usefixtures("with_plugins", "history")


def run(*words: Any) -> Any:
    return CliRunner().invoke(import_table, [str(word) for word in words], catch_exceptions=False)


class TestImportTable:
    def test_try_then_apply(self, tmp_path: Path) -> None:
        file = tmp_path / "egal"
        file.write_bytes(changed_file("measures", "xlsx", "title", "Neuer Titel", measure_id="dms"))
        tried = run("measures", file, "--dry-run")
        assert (tried.exit_code, "Neuer Titel" in tried.output) == (0, True)
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"
        assert run("measures", file).exit_code == 0
        assert measure("dms")["title"] == "Neuer Titel"

    def test_what_is_published_changes_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "egal"
        file.write_bytes(file_of("goals", "csv"))
        before = statement_count()
        assert run("goals", file).exit_code == 0
        assert statement_count() == before

    def test_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "egal"
        file.write_text("measure_id;status\ndms;fertig\n", encoding="utf-8")
        done = run("measures", file)
        assert (done.exit_code, "fertig" in done.output) == (1, True)
        assert run("measures", tmp_path / "fehlt").exit_code == 1
        assert run("measures", file, "--as-of", "2999-01-01").exit_code == 1
        assert run("coverage", file).exit_code == 2
