"""/metrics after an outage: what happened is counted by kind and outcome, and no word of a caller is a label."""

from __future__ import annotations

import re

from .cluster import Cluster
from .conftest import StartService
from .processes import wait_for
from .service import INVITE, REGISTER, SOFIA, Service

#: Words of a caller, in the places where one can put them.
STRANGE = b"Mallory-was-here"
STRANGE_FORMS = (
    REGISTER.replace(b"pbx.example.com", STRANGE + b".example.org"),
    REGISTER.replace(b"action=sip_auth", b"action=" + STRANGE),
    REGISTER.replace(b"&user=1001", b"&user=" + STRANGE),
    SOFIA.replace(b"key_value=sofia.conf", b"key_value=mallory_was_here.conf"),
    SOFIA.replace(b"section=configuration", b"section=" + STRANGE),
    REGISTER.replace(b"&action=", b"&" + STRANGE + b"=1&action="),
)


def samples(service: Service) -> dict[str, float]:
    """Return the value of each r2a_xml_answers_total by its labels."""
    found = re.findall(r"^r2a_xml_answers_total\{([^}]*)\} (\S+)$", service.get("/metrics").text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


def test_answers_are_counted_by_kind_and_outcome_through_an_outage(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_WRITE_DSN=cluster.write_dsn)
    service.wait_until_ready()
    for form in (REGISTER, INVITE, SOFIA, REGISTER.replace(b"1001", b"4711")):
        assert service.ask(form).status == 200
    cluster.primary.kill()
    for form in (REGISTER, SOFIA):
        assert service.ask(form).status == 503
    cluster.primary.start()
    service.wait_until_ready()
    counted = samples(service)
    assert counted['kind="DirectoryUser",outcome="answered"'] == 2
    assert counted['kind="DirectoryUser",outcome="not_found"'] == 1
    assert counted['kind="DirectoryUser",outcome="unavailable"'] == 1
    assert counted['kind="Configuration",outcome="answered"'] == 1
    assert counted['kind="Configuration",outcome="unavailable"'] == 1


def test_refusals_are_counted(service: Service) -> None:
    service.send("POST", "/xml", b"no form of FreeSWITCH")
    service.send("GET", "/xml")
    service.send("POST", "/xml", b"x" * ((1 << 20) + 1))
    counted = samples(service)
    assert counted['kind="form",outcome="refused"'] == 2
    assert counted['kind="form",outcome="too_large"'] == 1


def test_the_time_of_answers_is_measured(service: Service) -> None:
    service.ask()
    wait_for("a measured answer", lambda: 'r2a_xml_answer_seconds_count{kind="DirectoryUser"} 1.0' in service.get("/metrics").text, 2)


def test_nothing_a_caller_sent_becomes_a_label(service: Service) -> None:
    for form in STRANGE_FORMS:
        assert service.ask(form).status in (200, 400)
    text = service.get("/metrics").text.lower()
    assert "mallory" not in text
    assert "1001" not in text
    assert "example" not in text
    assert set(re.findall(r'outcome="(\w+)"', text)) <= {"answered", "not_found", "not_owned", "refused"}
