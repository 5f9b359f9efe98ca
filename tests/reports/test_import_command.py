"""``ckan digitalms import-report``."""

from __future__ import annotations

import pytest
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from test_import_actions import REPORT

from ckanext.digitalms.commands.report import import_report

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")


def run(*words):
    return CliRunner().invoke(import_report, [str(word) for word in words], catch_exceptions=False)


class TestImportReport:
    def test_a_draft_is_kept(self, tmp_path):
        """Without --apply nothing is public, and the draft is there."""
        file = tmp_path / "bericht.md"
        file.write_text(REPORT, encoding="utf-8")
        done = run(file)
        assert done.exit_code == 0, done.output
        assert call_action("digitalms_measure_list")["count"] == 0
        assert call_action("digitalms_report_import_list")["count"] == 1

    def test_apply(self, tmp_path):
        """With --apply the measures are there."""
        file = tmp_path / "bericht.md"
        file.write_text(REPORT, encoding="utf-8")
        done = run(file, "--apply", "--organisation", "citeq")
        assert done.exit_code == 0, done.output
        assert call_action("digitalms_measure_list")["count"] == 2

    def test_no_organisation(self, tmp_path):
        """What is missing is said, exit code 1, nothing is applied."""
        file = tmp_path / "bericht.md"
        file.write_text(REPORT, encoding="utf-8")
        done = run(file, "--apply")
        assert done.exit_code == 1
        assert "organisation" in done.output
        assert call_action("digitalms_measure_list")["count"] == 0

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"kein Bericht"])
    def test_no_report(self, tmp_path, content):
        """A file that is no report is refused with a sentence."""
        file = tmp_path / "x.docx"
        file.write_bytes(content)
        assert run(file).exit_code == 1

    def test_no_file(self, tmp_path):
        """A path to nothing is refused with a sentence."""
        done = run(tmp_path / "nichts.md")
        assert done.exit_code == 1
        assert "nichts.md" in done.output.replace("\n", "")
