"""One FreeSWITCH, one r2a and one database for all tests of this folder; and phones that leave nothing behind."""

from __future__ import annotations

import itertools
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from r2a_core.sealing import new_key

from .phone import Phone
from .processes import wait_for
from .switch import ESL_PASSWORD, NODE, Ports, Switch, binary, write_tree
from .xmlservice import ROOT, Recorder, XmlService

HERE = Path(__file__).parent
DOMAIN = "pbx.example.com"
OTHER = "other.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything that runs, and the superuser's DSN of its database."""

    switch: Switch
    service: XmlService
    recorder: Recorder
    dsn: str
    cdr_journal: Path
    variables: dict[str, str]


MakePhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def freeswitch() -> str:
    """Return the path of FreeSWITCH, or skip with what is missing."""
    found = binary()
    if found is None:
        pytest.skip("no FreeSWITCH: set R2A_FREESWITCH to its binary, or put freeswitch on the PATH")
    if shutil.which("sipp") is None:
        pytest.skip("no SIPp on the PATH (Debian: apt-get install sip-tester)")
    return found


@pytest.fixture(scope="session")
def site_database(freeswitch: str, postgres: str, template: str) -> Iterator[str]:
    """Yield the DSN of a migrated database with the demo tenant, a second tenant, and two nodes."""
    name = f"r2a_switch_{secrets.token_hex(4)}"
    identifier = psycopg.sql.Identifier(name)
    dsn = psycopg.conninfo.make_conninfo(postgres, dbname=name)
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, psycopg.sql.Identifier(template)))
        with psycopg.connect(dsn) as database:
            database.execute((ROOT / "sql" / "demo.sql").read_bytes())
            database.execute((HERE / "site.sql").read_bytes())
        yield dsn
        server.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@pytest.fixture(scope="session")
def site(freeswitch: str, site_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield the running site; when it is over, its log must be clean and FreeSWITCH must have ended by itself."""
    folder, ports = tmp_path_factory.mktemp("freeswitch"), Ports.free()
    with psycopg.connect(site_database) as database:
        for profile, port in (("internal", ports.internal), ("external", ports.external)):
            database.execute("UPDATE cfg.sip_profile SET port = %s WHERE name = %s", (port, profile))
    journal = folder / "cdr"
    journal.mkdir()
    variables = {
        "R2A_WRITE_DSN": site_database,
        "R2A_NODE_NAME": NODE,
        "R2A_ESL_PORT": str(ports.event_socket),
        "R2A_ESL_PASSWORD": ESL_PASSWORD,
        "R2A_SECRET_KEY": new_key(),
        "R2A_CDR_JOURNAL": str(journal),
        "R2A_XML_CREDENTIALS": "freeswitch:of-the-test",
    }
    service = XmlService(variables, folder)
    recorder = Recorder(service.port)
    try:
        service.wait_until_ready()
        write_tree(folder / "conf", folder, {**variables, "R2A_XML_BIND": f"127.0.0.1:{recorder.port}"})
        switch = Switch(freeswitch, folder / "conf", folder, ports)
        try:
            switch.wait_until_running("internal", "external")
            yield Site(switch=switch, service=service, recorder=recorder, dsn=site_database, cdr_journal=journal, variables=variables)
        finally:
            exit_code = switch.stop()
    finally:
        recorder.close()
        service.stop()
    assert exit_code == 0, f"FreeSWITCH ended with {exit_code}"
    assert switch.unreadable_answers() == []
    assert switch.core_dumps() == []


@pytest.fixture
def switch(site: Site) -> Iterator[Switch]:
    """Yield the switch with nobody registered and no call; afterwards there must be no call left either."""
    yield site.switch
    try:
        wait_for("all channels are gone", lambda: site.switch.channels() == 0, 5)
    finally:
        site.switch.api("hupall")
        for call_id in re.findall(r"^Call-ID:\s+(\S+)", site.switch.registrations(), re.MULTILINE):
            # Without an argument it would also throw away the nonces, some time later, under the next test's hands.
            site.switch.api(f"sofia profile internal flush_inbound_reg {call_id}")
    assert "Total items returned: 0" in site.switch.registrations()


@pytest.fixture
def phone(switch: Switch, tmp_path: Path) -> Iterator[MakePhone]:
    """Return a function that makes phones: phone("1001") is one of the demo tenant with its own password."""
    made: list[Phone] = []
    marks = itertools.count(0x11, 0x11)

    def make(user: str, *, domain: str = DOMAIN, password: str = "", port: int = 0) -> Phone:
        clear = password or f"{'demo' if domain == DOMAIN else 'other'}{user}"
        new = Phone(user=user, domain=domain, password=clear, switch_port=port or switch.ports.internal, folder=tmp_path, mark=next(marks))
        made.append(new)
        return new

    yield make
    for one in made:
        one.close()
