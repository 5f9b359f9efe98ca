"""The pages tell of every action, option, command and field."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from ckanext.digitalms import cli
from ckanext.digitalms.logic import action
from ckanext.digitalms.stack import commands as console

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
TEXT = "\n".join([*PAGES.values(), (ROOT / "README.md").read_text(encoding="utf-8")])
PACKAGE = ROOT / "ckanext-digitalms" / "ckanext" / "digitalms"


def commands(group: click.Group) -> list[str]:
    return sorted(group.commands)


def fields() -> list[str]:
    schema = yaml.safe_load((ROOT / "schemas" / "measure.yaml").read_text(encoding="utf-8"))
    names = [field["field_name"] for field in schema["dataset_fields"]]
    rows = [field.get("repeating_subfields", []) for field in schema["dataset_fields"]]
    subfields = [sub["field_name"] for subs in rows for sub in subs]
    return sorted({*names, *subfields} - {"id"})


def options() -> list[str]:
    declared = yaml.safe_load((PACKAGE / "config_declaration.yaml").read_text(encoding="utf-8"))
    return [option["key"] for group in declared["groups"] for option in group["options"]]


class TestDocs:
    @pytest.mark.parametrize("name", action.__all__)
    def test_actions(self, name):
        """Every action is in use-the-data.md."""
        assert f"`{name}`" in PAGES["use-the-data.md"]

    @pytest.mark.parametrize("key", options())
    def test_options(self, key):
        """Every option is in operate.md."""
        assert key in PAGES["operate.md"]

    @pytest.mark.parametrize("name", sorted({*commands(cli.digitalms), *commands(console.cli)}))
    def test_commands(self, name):
        """Every command is in operate.md."""
        assert f"digitalms {name}" in PAGES["operate.md"]

    @pytest.mark.parametrize("name", fields())
    def test_fields(self, name):
        """Every field is in coordinate.md."""
        assert f"`{name}`" in PAGES["coordinate.md"]

    def test_links_lead_somewhere(self):
        """Relative links between the pages and to files are right."""
        for name, text in {**{f"docs/{n}": t for n, t in PAGES.items()}, "README.md": TEXT}.items():
            if name == "README.md":
                text = (ROOT / name).read_text(encoding="utf-8")
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
                assert (ROOT / name).parent.joinpath(target).exists(), (name, target)
