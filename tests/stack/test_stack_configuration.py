"""What the stack writes is read by CKAN and by supervisord as it was meant."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

import pytest
from ckan.cli import CKANConfigLoader
from hypothesis import given
from hypothesis import strategies as st
from supervisor.options import ServerOptions

from ckanext.digitalms.stack import applications, ckan_ini, postgres, solr, valkey, variables
from ckanext.digitalms.stack.home import Home, State
from ckanext.digitalms.stack.program import Program
from ckanext.digitalms.stack.supervisor import Supervisor, _quoted

AWKWARD = "Büro 'a' \"b\" & $c"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in a folder whose name is hard to quote."""
    home = Home(tmp_path / AWKWARD)
    home.create()
    return home


@pytest.fixture
def state(home: Home) -> State:
    """Its state, with ports."""
    state = home.load()
    home.assign_ports(state)
    return state


@pytest.fixture(autouse=True)
def only_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of the test services would win over the file; its logging would silence other tests."""
    for name in [name for name in os.environ if name.startswith("CKAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ckan.cli.loggingFileConfig", lambda _file: None)


def options(home: Home) -> dict[str, str]:
    return CKANConfigLoader(str(home.ini)).get_config()


class TestCkanIni:
    def test_ckan_reads_it(self, home: Home, state: State) -> None:
        ckan_ini.write(home, state)
        found = options(home)
        assert found["ckan.storage_path"] == str(home.storage)
        assert found["ckan.plugins"].split()[0] == "digitalms"
        assert found["ckan.locale_default"] == "de"
        assert found["ckan.locales_offered"] == "de en"
        assert found["ckan.datastore.sqlsearch.enabled"] == "false"
        assert found["ckan.site_url"] == "http://localhost:5000"
        assert found["sqlalchemy.url"].endswith(f":{state.ports['postgres']}/ckan_default")

    def test_the_owners_settings_win_and_stay(self, home: Home, state: State) -> None:
        ckan_ini.write(home, state)
        with home.ini.open("a", encoding="utf-8") as file:
            file.write("ckan.site_title = Meine Stadt\n")
        state.web_port = 5001
        ckan_ini.write(home, state)
        assert options(home)["ckan.site_title"] == "Meine Stadt"
        assert options(home)["ckan.site_url"] == "http://localhost:5001"

    def test_files_with_passwords_are_private(self, home: Home, state: State) -> None:
        ckan_ini.write(home, state)
        valkey.prepare(home, state)
        for path in (home.ini, home.generated_ini, home.valkey / "valkey.conf"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_a_foreign_ckans_variables_do_not_reach_ours(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://elsewhere/precious")
        monkeypatch.setenv("CKAN__PLUGINS", "other")
        environment = ckan_ini.child_environment(home)
        assert {name for name in environment if name.startswith("CKAN_")} == {"CKAN_INI"}
        assert "127.0.0.1" in environment["NO_PROXY"]

    def test_what_leads_programs_elsewhere_does_not_reach_them(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """libpq, Java and Python read what their commands do not say; a proxy's exceptions stay."""
        foreign = ("PGSSLMODE", "PGHOSTADDR", "JAVA_TOOL_OPTIONS", "PYTHONPATH", "FORCE_COLOR", "COLUMNS")
        for name in (*foreign, "PORT"):
            monkeypatch.setenv(name, "9")
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "pypi.example")
        environment = ckan_ini.child_environment(home)
        assert not {*foreign, "PORT"} & environment.keys()
        assert environment["NO_PROXY"] == environment["no_proxy"] == "pypi.example,127.0.0.1,localhost"
        variables.forget(own := {"PGSSLMODE": "require", "PATH": "/bin"})
        assert own == {"PATH": "/bin"}

    def test_services_have_the_same_clock_and_letters_everywhere(
        self, home: Home, state: State, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres, "_as_ordinary_user", lambda _folder: ())  # nobody else's folders here
        assert {"timezone=UTC", "log_timezone=UTC"} < set(postgres.program(home, state).command)
        solr.prepare(home, state)
        for program in (postgres.program(home, state), solr.program(home, [])):
            assert program.environment["LC_ALL"] == "C.UTF-8"


class TestSupervisor:
    def test_supervisord_reads_every_program_as_it_was_meant(self, home: Home, state: State) -> None:
        """Spaces and quotes in the path have meanings of their own there."""
        programs = [
            Program(
                "postgres", "services", ("/bin/echo", AWKWARD, ""), home.root, {"A": "b c"}, autostart=True
            ),
            *applications.programs(home, state),
        ]
        conf = home.run / "supervisord.conf"
        conf.write_text(Supervisor(home, state)._configuration(programs), encoding="utf-8")
        read = ServerOptions()
        read.realize(["-c", str(conf)])
        found = {
            process.name: process for group in read.process_group_configs for process in group.process_configs
        }
        assert set(found) == {program.name for program in programs}
        for program in programs:
            process = found[program.name]
            assert tuple(shlex.split(process.command)) == program.command
            assert process.directory == str(home.root)
            assert process.autorestart
            assert process.autostart == program.autostart
        assert found["postgres"].environment == {"A": "b c"}

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
    def test_any_word_is_quoted(self, word: str) -> None:
        assert shlex.split(_quoted(word)) == [word]

    def test_services_end_after_the_applications(self, home: Home, state: State) -> None:
        """supervisord ends the groups in the reverse order of their priority."""
        programs = [*applications.programs(home, state), valkey.program(home)]
        text = Supervisor(home, state)._configuration(programs)
        services = text.index("[group:services]")
        assert "priority = 1" in text[services : services + 80]


def test_the_key_of_the_index_is_that_of_its_files(home: Home, state: State) -> None:
    solr.prepare(home, state)
    first = solr.schema_key(home)
    state.ports["solr"] += 1
    solr.prepare(home, state)
    assert solr.schema_key(home) == first, "another port must not make the index anew"
    (home.solr / "home" / solr.CORE / "conf" / "stopwords.txt").write_text("der\n", encoding="utf-8")
    assert solr.schema_key(home) != first
