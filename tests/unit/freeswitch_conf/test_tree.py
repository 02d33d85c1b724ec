"""The static tree: what is in it, how it is written, and what the command refuses."""

from __future__ import annotations

import dataclasses
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import psycopg
import pytest
import typer
from lxml import etree
from typer.testing import CliRunner, Result

from r2a_admin.__main__ import Boundary
from r2a_admin.freeswitch_conf import documents, output, settings, timezones
from r2a_admin.freeswitch_conf.command import freeswitch_conf
from r2a_core.environ import Environment
from r2a_core.errors import SettingsError

GOLDEN = Path(__file__).parent / "golden"
ESL_PASSWORD = 'p$${hostname}&<"x'
ENVIRONMENT = {
    "R2A_ESL_PASSWORD": ESL_PASSWORD,
    "R2A_XML_CREDENTIALS": "freeswitch:s3cret",
    "R2A_XML_BIND": "127.0.0.1:8090",
    "R2A_CDR_JOURNAL": "/var/spool/r2a/cdr",
}
ZONES = {"Europe/Madrid": "CET-1CEST,M3.5.0,M10.5.0/3", "UTC": "UTC0"}
CHOICES = settings.Choices(
    node_name="tele-node-01",
    log_file=Path("/var/log/freeswitch/freeswitch.log"),
    log_level="notice",
    max_sessions=5000,
    sessions_per_second=500,
    rtp_start_port=16384,
    rtp_end_port=32768,
    phrases=False,
)


def build(*, phrases: bool = False, environment: Mapping[str, str] = MappingProxyType({})) -> dict[str, documents.StaticFile]:
    env = Environment({**ENVIRONMENT, **environment})
    wanted = settings.read(env, dataclasses.replace(CHOICES, phrases=phrases))
    env.check()
    return {file.name: file for file in documents.tree(wanted, ZONES)}


def bound(text: bytes) -> list[str]:
    """Return the sections that xml_curl.conf sends to r2a."""
    url = etree.fromstring(text).find(".//param[@name='gateway-url']")
    assert url is not None
    return str(url.get("bindings")).split("|")


def params(file: documents.StaticFile) -> dict[str, str]:
    return {param.get("name", ""): param.get("value", "") for param in etree.fromstring(file.text).iter("param")}


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    for name in [name for name in os.environ if name.startswith("R2A_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return CliRunner()


def run(cli: CliRunner, *arguments: str) -> Result:
    app = typer.Typer(cls=Boundary)
    app.callback()(lambda: None)
    app.command("freeswitch-conf")(freeswitch_conf)
    return cli.invoke(app, ["freeswitch-conf", *arguments])


def test_each_file_is_the_golden_one() -> None:
    built = build()
    expected = {str(path.relative_to(GOLDEN)): path.read_bytes() for path in GOLDEN.rglob("*.xml")}
    assert {name: file.text for name, file in built.items()} == expected


def test_root_names_each_file_after_it_exists_and_no_other() -> None:
    files = list(build())
    root = etree.fromstring(build()["freeswitch.xml"].text)
    assert files[-1] == "freeswitch.xml"
    assert [include.get("data") for include in root.iter("X-PRE-PROCESS")] == files[:-1]


def test_nothing_static_can_be_mistaken_for_an_answer_of_r2a() -> None:
    built = build()
    assert not [name for name in built if "sofia" in name or "directory" in name or "dialplan/" in name]
    sections = [section.get("name") for section in etree.fromstring(built["freeswitch.xml"].text).iter("section")]
    assert sections == ["configuration"]


def test_xml_curl_comes_before_all_that_asks_r2a() -> None:
    modules = [load.get("module") for load in etree.fromstring(build()["autoload_configs/modules.conf.xml"].text).iter("load")]
    asking = set(modules) - {"mod_console", "mod_logfile", "mod_xml_curl"}
    assert asking
    assert all(modules.index("mod_xml_curl") < modules.index(module) for module in asking)
    assert modules[-1] == "mod_sofia"


def test_secrets_are_in_files_of_the_owner_only(tmp_path: Path) -> None:
    output.write(tmp_path / "conf", list(build().values()))
    for path in (tmp_path / "conf").rglob("*"):
        if path.is_file() and any(secret in path.read_bytes() for secret in (b"s3cret", b"{hostname}")):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert not path.stat().st_mode & stat.S_IRWXO, path


def test_password_survives_the_pre_processor() -> None:
    file = build()["autoload_configs/event_socket.conf.xml"]
    assert params(file)["password"] == ESL_PASSWORD
    assert not [name for name, file in build().items() if b"$" in file.text]


def test_no_line_would_be_dropped_or_executed() -> None:
    for name, file in build().items():
        for line in file.text.decode("ascii").splitlines():
            assert "<?" not in line, name
            assert "<!--#" not in line, name
            assert name == "freeswitch.xml" or "x-pre-process" not in line.lower(), name
            assert "<!--" not in line or "-->" in line, "the pre-processor knows comments of one line"


def test_phrases_are_asked_for_only_when_they_are_wanted(cli: CliRunner, tmp_path: Path) -> None:
    always = ["configuration", "directory", "dialplan"]
    assert bound(build()["autoload_configs/xml_curl.conf.xml"].text) == always
    changed = {name for name, file in build(phrases=True).items() if file != build()[name]}
    assert changed == {"autoload_configs/xml_curl.conf.xml"}
    assert run(cli, "--node", "tele-node-01", "--output", str(tmp_path / "conf"), "--no-check", "--phrases").exit_code == 0
    assert bound((tmp_path / "conf/autoload_configs/xml_curl.conf.xml").read_bytes()) == [*always, "languages"]


def test_credentials_are_left_out_when_there_are_none() -> None:
    file = build(environment={"R2A_XML_CREDENTIALS": ""})["autoload_configs/xml_curl.conf.xml"]
    assert "gateway-credentials" not in params(file)
    assert params(file)["timeout"] == "3"


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1:8090", "http://127.0.0.1:8090/xml"),
        ("0.0.0.0:9000", "http://127.0.0.1:9000/xml"),
        ("[::]:9000", "http://[::1]:9000/xml"),
        ("[fd00::7]:9000", "http://[fd00::7]:9000/xml"),
        ("xml.node:9000", "http://xml.node:9000/xml"),
    ],
)
def test_url_is_one_the_node_can_reach(bind: str, url: str) -> None:
    assert params(build(environment={"R2A_XML_BIND": bind})["autoload_configs/xml_curl.conf.xml"])["gateway-url"] == url


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"R2A_ESL_PASSWORD": ""}, "R2A_ESL_PASSWORD"),
        ({"R2A_ESL_PASSWORD": "ClueCon"}, "well-known"),
        ({"R2A_ESL_PASSWORD": "a<?b"}, "R2A_ESL_PASSWORD"),
        ({"R2A_ESL_PASSWORD": "a X-Pre-Process b"}, "R2A_ESL_PASSWORD"),
        ({"R2A_XML_CREDENTIALS": "nocolon"}, "user:password"),
        ({"R2A_CDR_JOURNAL": "cdr"}, "absolute"),
        ({"R2A_ESL_PORT": "70000"}, "R2A_ESL_PORT"),
    ],
)
def test_unusable_environment_is_refused_without_showing_a_secret(variables: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word) as refused:
        build(environment=variables)
    assert "nocolon" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_written_again_over_itself_and_old_files_go(tmp_path: Path) -> None:
    folder = tmp_path / "conf"
    files = list(build().values())
    output.write(folder, [documents.StaticFile(name="autoload_configs/old.conf.xml", text=b"<old/>"), *files])
    (folder / "autoload_configs" / "mine.conf.xml").write_text("<mine/>")
    output.write(folder, files)
    assert not (folder / "autoload_configs" / "old.conf.xml").exists()
    assert (folder / "autoload_configs" / "mine.conf.xml").exists()
    assert not list(folder.rglob("*.part"))


def test_marker_cannot_remove_anything_outside(tmp_path: Path) -> None:
    folder, outside = tmp_path / "conf", tmp_path / "precious"
    outside.write_text("x")
    output.write(folder, list(build().values()))
    (folder / output.MARKER).write_text(f"head\n../precious\n{outside}\n")
    output.write(folder, list(build().values()))
    assert outside.exists()


def test_foreign_folder_is_refused_and_left_alone(cli: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "vars.xml").write_text("<include/>")
    result = run(cli, "--node", "tele-node-01", "--output", str(tmp_path), "--no-check")
    assert result.exit_code == 1
    assert "did not write" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["vars.xml"]


def test_dry_run_writes_nothing_and_names_all(cli: CliRunner, tmp_path: Path) -> None:
    result = run(cli, "--node", "tele-node-01", "--output", str(tmp_path / "conf"), "--no-check", "--dry-run")
    assert result.exit_code == 0
    assert not (tmp_path / "conf").exists()
    assert all(name in result.output for name in build())
    assert "s3cret" not in result.output


def test_shows_the_command_that_starts_it(cli: CliRunner, tmp_path: Path) -> None:
    result = run(cli, "--node", "tele-node-01", "--output", str(tmp_path / "conf"), "--state", "/run/fs 1", "--no-check")
    assert result.exit_code == 0
    assert f"-conf {tmp_path / 'conf'} -db '/run/fs 1/db'" in result.output
    assert "s3cret" not in result.output


def test_node_must_exist_and_be_enabled(cli: CliRunner, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R2A_WRITE_DSN", database)
    arguments = ("--node", "tele-node-01", "--output", str(tmp_path / "conf"))
    unknown = run(cli, *arguments)
    assert unknown.exit_code == 1
    assert "r2a node add tele-node-01" in unknown.output
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO cfg.node (name, enabled) VALUES ('tele-node-01', false)")
    disabled = run(cli, *arguments)
    assert disabled.exit_code == 1
    assert "disabled" in disabled.output
    assert not (tmp_path / "conf").exists()
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE cfg.node SET enabled = true")
    assert run(cli, *arguments).exit_code == 0


def test_unreachable_database_is_one_line(cli: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R2A_WRITE_DSN", "host=127.0.0.1 port=1 dbname=x user=u password=hidden")
    result = run(cli, "--node", "tele-node-01", "--output", str(tmp_path / "conf"))
    assert result.exit_code == 1
    assert "--no-check" in result.output
    assert "hidden" not in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "conf").exists()


@pytest.mark.parametrize(
    ("rule", "readable"),
    [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("<+03>-3", "LST-3"),
        ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "LST4LDT,M9.1.6/24,M4.1.6/24"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", None),
        ("", None),
        ('x"><X', None),
    ],
)
def test_time_zone_rules_are_ones_freeswitch_can_read(rule: str, readable: str | None) -> None:
    assert timezones.readable(rule) == readable


def test_utc_is_always_known_and_every_rule_is_plain() -> None:
    zones = timezones.read()
    assert zones["UTC"].endswith("0")
    assert not [rule for rule in zones.values() if "<" in rule]
