"""The worker beside a real FreeSWITCH: who registers another's AOR from a kept copy is out again within a second, and nobody else is."""

from __future__ import annotations

import hashlib
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from .conftest import DOMAIN, OTHER, MakePhone, Site
from .processes import Program, free_port, wait_for
from .rawsip import Attacker
from .switch import Switch
from .xmlservice import ROOT

pytestmark = pytest.mark.freeswitch

#: A domain whose name is the end of DOMAIN.
PARENT = "example.com"


class Worker:
    """`python -m r2a_esl` for the switch under test."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._http = f"127.0.0.1:{free_port()}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
        environment = {**inherited, **site.variables, "R2A_ESL_HTTP_BIND": self._http, "PYTHONPATH": str(ROOT)}
        environment["R2A_XML_BIND"] = f"127.0.0.1:{site.service.port}"
        self._dsn = site.dsn
        self._program = Program("r2a_esl", [sys.executable, "-m", "r2a_esl"], folder=folder, environment=environment)

    def log(self) -> str:
        return self._program.text()

    def metric(self, name: str) -> float:
        with urllib.request.urlopen(f"http://{self._http}/metrics", timeout=3) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def wait_until_it_has_looked(self) -> None:
        wait_for("the worker has checked everything", lambda: "listening for registrations" in self.log() and self._looked(), 15)
        # Or it would flush the kept users in the middle of the test.
        wait_for("the worker has applied everything", lambda: self.metric("r2a_esl_applied_revision") == self._newest(), 15)

    def stop(self) -> None:
        assert self._program.stop() == 0
        assert "Traceback" not in self.log()

    def _newest(self) -> float:
        with psycopg.connect(self._dsn) as database:
            return float((database.execute("SELECT max(revision) FROM cfg.change_log").fetchone() or (0,))[0])

    def _looked(self) -> bool:
        return "checked everything registered" in self.log().partition("listening for registrations")[2]


@pytest.fixture
def make_worker(site: Site, switch: Switch, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Return a function that starts the worker and waits until it guards."""
    made: list[Worker] = []

    def make() -> Worker:
        made.append(Worker(site, tmp_path))
        made[-1].wait_until_it_has_looked()
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def cached(site: Site) -> Iterator[None]:
    """Let FreeSWITCH keep the users of both tenants for the length of a test."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute("UPDATE cfg.tenant SET user_cache_ms = 60000")
        site.switch.api("xml_flush_cache")
        yield
        database.execute("UPDATE cfg.tenant SET user_cache_ms = NULL")
        site.switch.api("xml_flush_cache")


@pytest.fixture
def parent_domain(site: Site) -> Iterator[None]:
    """Give the other tenant the domain PARENT, with an extension 1001."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute(
            "INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, %(n)s::text, %(n)s::text FROM cfg.tenant WHERE name = 'other'",
            {"n": PARENT},
        )
        database.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'x' FROM cfg.domain WHERE name = %s", (PARENT,))
        yield
        database.execute("DELETE FROM cfg.extension USING cfg.domain d WHERE d.id = domain_id AND d.name = %s", (PARENT,))
        database.execute("DELETE FROM cfg.domain WHERE name = %s", (PARENT,))


class Intruder(Attacker):
    """Knows the password of 1001@DOMAIN and chooses everything else, the Call-ID too."""

    _made = 0

    def register(self, aor: str, call_id: str, *, username: str = "1001", realm: str = DOMAIN) -> int:
        self._call_id = call_id
        uri = f"sip:{DOMAIN}"
        # A new contact each time: FreeSWITCH itself deletes, some time later, what the same contact registered in between.
        self._made += 1
        headers = {
            "From": f"<sip:1001@{DOMAIN}>;tag={self.port}",
            "To": f"<sip:{aor}>",
            "Contact": f"<sip:{self._made}@127.0.0.1:{self.port}>",
            "Expires": "600",
        }
        nonce = self.send("REGISTER", uri, headers).challenge("nonce")
        ha1, ha2 = (hashlib.md5(text.encode()).hexdigest() for text in (f"1001:{DOMAIN}:demo1001", f"REGISTER:{uri}"))
        response = hashlib.md5(f"{ha1}:{nonce}:00000001:c0:auth:{ha2}".encode()).hexdigest()
        given = f'username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", cnonce="c0", qop=auth, nc=00000001'
        return self.send("REGISTER", uri, {**headers, "Authorization": f"Digest {given}, algorithm=MD5"}).status


@pytest.fixture
def intruder(switch: Switch) -> Iterator[Intruder]:
    one = Intruder(switch.ports.internal)
    yield one
    one.close()


def rings(switch: Switch, aor: str, port: int) -> bool:
    return f":{port}" in switch.api(f"sofia_contact */{aor}")


def test_a_phone_in_another_tenants_domain_is_out_within_a_second(
    switch: Switch, phone: MakePhone, intruder: Intruder, cached: None, make_worker: Callable[[], Worker]
) -> None:
    worker = make_worker()
    victim, colleague = phone("1001", domain=OTHER), phone("1002")
    assert (victim.register(), colleague.register(), intruder.register(f"1001@{DOMAIN}", "own")) == (200, 200, 200)
    assert intruder.register(f"1001@{OTHER}", "foreign") == 200, "FreeSWITCH asks nobody"
    wait_for("the intruder is out", lambda: not rings(switch, f"1001@{OTHER}", intruder.port), 1.0)
    wait_for("it is counted", lambda: worker.metric("r2a_esl_evictions_total") == 1.0, 2)
    assert rings(switch, f"1001@{OTHER}", victim.port)
    assert rings(switch, f"1002@{DOMAIN}", colleague.port)
    assert rings(switch, f"1001@{DOMAIN}", intruder.port)
    line = next(line for line in worker.log().splitlines() if "evicted" in line)
    assert f"WARNING r2a_esl.guard evicted a phone from an AOR that is not its own who=1001@{DOMAIN} aor=1001@{OTHER}" in line
    assert f"address=127.0.0.1:{intruder.port}" in line
    assert intruder.register(f"1001@{OTHER}", "foreign-again") == 403, "the kept copy went too"
    assert intruder.register(f"1001@{DOMAIN}", "own-again") == 200


def test_what_was_registered_while_the_worker_was_away_is_found(
    switch: Switch, phone: MakePhone, intruder: Intruder, cached: None, make_worker: Callable[[], Worker]
) -> None:
    victim = phone("1001", domain=OTHER)
    assert (victim.register(), intruder.register(f"1001@{DOMAIN}", "own"), intruder.register(f"1001@{OTHER}", "foreign")) == (200, 200, 200)
    time.sleep(1)
    assert rings(switch, f"1001@{OTHER}", intruder.port), "nobody else evicts it"
    worker = make_worker()
    assert not rings(switch, f"1001@{OTHER}", intruder.port)
    assert rings(switch, f"1001@{OTHER}", victim.port)
    assert worker.metric("r2a_esl_evictions_total") == 1.0


def test_own_registrations_stay(switch: Switch, phone: MakePhone, intruder: Intruder, cached: None, make_worker: Callable[[], Worker]) -> None:
    worker = make_worker()
    ours = [phone("1001"), phone("1001"), phone("1002"), phone("1001", domain=OTHER), phone("2001", domain=OTHER)]
    assert [one.register() for one in ours] == [200] * 5
    # Its own AOR with the domain in capitals, from the kept copy.
    assert intruder.register(f"1001@{DOMAIN.upper()}", "capitals") == 200
    wait_for("all were seen", lambda: worker.metric("r2a_esl_registrations_checked_total") >= 6, 3)
    time.sleep(0.5)
    assert all(rings(switch, f"{one.user}@{one.domain}", one.port) for one in ours)
    assert worker.metric("r2a_esl_evictions_total") == 0.0


CALL_IDS = {
    "aor": f"1001@{OTHER}",
    "domain": OTHER,
    "reboot": "reboot",
    "quotes": "a'b\"c\\d'e\\s'",
    "reload": "reload-mod_event_socket",
    "tags": f"a</call-id><user>1002@{DOMAIN}</user><call-id>b",
    "array": "ARRAY::a",
    "long": "x" * 9000,
}


@pytest.mark.parametrize("call_id", CALL_IDS.values(), ids=CALL_IDS.keys())
def test_a_call_id_that_means_something_helps_nobody(
    switch: Switch, phone: MakePhone, intruder: Intruder, cached: None, make_worker: Callable[[], Worker], call_id: str
) -> None:
    worker = make_worker()
    others = [phone("1001", domain=OTHER), phone("2001", domain=OTHER), phone("1002")]
    assert [one.register() for one in others] == [200, 200, 200]
    assert intruder.register(f"1001@{DOMAIN}", "the-own-one") == 200
    assert intruder.register(f"1001@{OTHER}", call_id) == 200
    wait_for("the intruder is out", lambda: not rings(switch, f"1001@{OTHER}", intruder.port), 1.5)
    wait_for(f"it is counted\n{worker.log()}", lambda: worker.metric("r2a_esl_evictions_total") == 1.0, 2)
    untouched = others[1:] if len(call_id) > 2000 else others
    assert [one.port for one in untouched if not rings(switch, f"{one.user}@{one.domain}", one.port)] == []
    assert worker.metric("r2a_esl_tap_connections_total") == 1.0
    assert worker.metric("r2a_esl_connections_total") == 1.0


def test_a_login_that_borrows_letters_of_the_domain_is_seen_through(
    switch: Switch, phone: MakePhone, intruder: Intruder, cached: None, parent_domain: None, make_worker: Callable[[], Worker]
) -> None:
    make_worker()
    assert intruder.register(f"1001@{DOMAIN}", "the-own-one") == 200
    assert intruder.register(f"1001@{PARENT}", "borrowed", username="1001pbx.", realm=PARENT) == 200, "one kept user, two ways to write it"
    wait_for("the intruder is out", lambda: not rings(switch, f"1001@{PARENT}", intruder.port), 1.0)
