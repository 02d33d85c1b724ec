"""A refresh as a whole leaves FreeSWITCH with the gateways that it should have, and takes none away that is as it should be."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.doubles.freeswitch import FakeFreeSwitch, Reply
from tests.doubles.readyz import ReadyService
from tests.doubles.running import RunningGateways, shown
from tests.doubles.site import FULL, Site, flushed
from tests.doubles.worker import Worker, soon

Start = Callable[..., Worker]
KILL, RESCAN = "sofia profile external killgw", "sofia profile external rescan"


@pytest.fixture
def trunks(site: Site, freeswitch: FakeFreeSwitch) -> Iterator[RunningGateways]:
    """Yield the gateways of the switch, three of which are configured; the document that a rescan reads is what the tables say then."""

    def served(profile: str) -> list[dict[str, str]]:
        rows = site.db.execute(
            "SELECT g.name, g.proxy FROM cfg.gateway g JOIN cfg.sip_profile p ON p.id = g.sip_profile_id WHERE g.enabled AND p.name = %s", (profile,)
        )
        return [shown(profile, name, proxy) for name, proxy in rows]

    found = RunningGateways(served)
    freeswitch.replies["sofia"] = found.answer
    for name in ("same", "changed", "deleted"):
        site.add_gateway(name)
    yield found


def lose(site: Site) -> None:
    """Change the gateways as a failover would that loses the log of it."""
    site.db.execute("UPDATE cfg.gateway SET proxy = '127.0.0.7' WHERE name = 'changed'")
    site.db.execute("DELETE FROM cfg.gateway WHERE name = 'deleted'")
    site.add_gateway("added")


def whole(site: Site, trunks: RunningGateways) -> list[str]:
    """Return what was told once a refresh is over; the gateways are what they should be afterwards."""
    told: list[str] = []
    soon(lambda: "reloadacl" in told or told.extend(site.told()))  # type: ignore[func-returns-value]
    told += site.sent()
    rows = site.db.execute("SELECT name, 'sip:' || proxy FROM cfg.gateway").fetchall()
    assert {name: gateway["proxy"] for name, gateway in trunks.running.items()} == dict(rows)
    return told


def test_the_first_refresh_takes_away_what_differs_and_nothing_else(
    site: Site, freeswitch: FakeFreeSwitch, started: Start, trunks: RunningGateways
) -> None:
    trunks.running = {name: shown("external", name, "127.0.0.9") for name in ("same", "changed", "deleted", "nobodys")}
    lose(site)
    started(freeswitch.port, site.dsn)
    told = whole(site, trunks)
    kills = [f"{KILL} changed", f"{KILL} deleted", f"{KILL} nobodys"]
    assert told == ["xml_flush_cache", *kills, RESCAN, "sofia profile internal rescan", "reloadacl"]
    assert "same" not in trunks.bounced


def test_when_changes_were_missed_every_gateway_is_replaced(site: Site, freeswitch: FakeFreeSwitch, started: Start, trunks: RunningGateways) -> None:
    first = started(freeswitch.port, site.dsn)
    assert whole(site, trunks) == FULL
    first.stop()
    lose(site)
    site.db.execute("UPDATE cfg.change_log SET at = at + interval '1 us' WHERE revision = (SELECT applied_revision FROM rt.node_status)")
    started(freeswitch.port, site.dsn)
    told = whole(site, trunks)
    assert sorted(trunks.bounced) == ["changed", "deleted", "same"], "a password, say, is nothing that FreeSWITCH shows"
    assert told.index(RESCAN) > max(told.index(f"{KILL} {name}") for name in ("changed", "deleted", "same"))
    assert told.count(RESCAN) == 1


def test_a_gateway_that_moved_to_another_profile_is_gone_before_that_reads(
    site: Site, freeswitch: FakeFreeSwitch, started: Start, trunks: RunningGateways
) -> None:
    trunks.running = {"same": shown("internal", "same", "127.0.0.9"), "changed": shown("external", "changed", "127.0.0.1")}
    started(freeswitch.port, site.dsn)
    told = whole(site, trunks)
    assert told.index("sofia profile internal killgw same") < told.index(RESCAN)
    assert trunks.running["same"]["profile"] == "external"


def test_a_list_that_cannot_be_read_takes_nothing_away(site: Site, freeswitch: FakeFreeSwitch, started: Start, trunks: RunningGateways) -> None:
    trunks.running = {"deleted": shown("external", "deleted", "127.0.0.9")}
    freeswitch.replies["sofia xmlstatus gateway"] = "<gateways>\n  <gateway>\n"
    site.db.execute("DELETE FROM cfg.gateway WHERE name = 'deleted'")
    worker = started(freeswitch.port, site.dsn)
    assert site.sent() == FULL
    assert "gateways that should not be there are not looked for" in worker.log
    assert "deleted" in trunks.running


def test_no_gateway_is_taken_away_while_nobody_would_answer_for_it(
    site: Site, freeswitch: FakeFreeSwitch, started: Start, trunks: RunningGateways, xml_service: ReadyService
) -> None:
    started(freeswitch.port, site.dsn)
    whole(site, trunks)
    xml_service.ready = False
    site.db.execute("UPDATE cfg.gateway SET proxy = '127.0.0.7' WHERE name = 'changed'")
    soon(lambda: "waits for the XML service" in site.last_error())
    assert site.told() == []
    assert "changed" in trunks.running
    site.db.execute("DELETE FROM cfg.gateway WHERE name = 'deleted'")
    # What only goes needs no answer.
    soon(lambda: "deleted" not in trunks.running)
    xml_service.ready = True
    assert site.sent()[-2:] == [f"{KILL} changed", RESCAN]


def test_killed_between_any_two_commands_nothing_is_missed_and_nothing_more_is_done(
    site: Site, freeswitch: FakeFreeSwitch, started: Start, trunks: RunningGateways
) -> None:
    usual: dict[str, Reply] = {"xml_flush_cache": "+OK cleared 1 entry\n", "reloadacl": "+OK acl reloaded\n", "sofia": trunks.answer}
    site.db.execute("DELETE FROM cfg.gateway WHERE name IN ('deleted', 'same')")
    worker = started(freeswitch.port, site.dsn)
    whole(site, trunks)
    plan = [*flushed("1001"), f"{KILL} changed", RESCAN, "reloadacl"]
    # 0: killed before the first answer; the last one: after all of them, before it is recorded that all is done.
    for boundary in range(len(plan) + 1):
        trunks.bounced.clear()
        seen = len(freeswitch.commands)
        answers = _killing(worker, plan, boundary, usual)
        freeswitch.replies.update(dict.fromkeys(usual, answers))
        if boundary == len(plan):
            site.db.execute("REVOKE UPDATE ON rt.node_status FROM r2a_worker")
        with site.db.transaction():
            site.set_extension("1001", f"boundary {boundary}")
            site.db.execute("UPDATE cfg.gateway SET proxy = %s", (f"127.0.0.{10 + boundary}",))
            site.db.execute("INSERT INTO cfg.acl (name) VALUES (%s)", (f"list{boundary}",))
        if boundary == len(plan):
            before = site.applied()
            soon(lambda seen=seen: "api reloadacl" in freeswitch.commands[seen:])  # type: ignore[misc]
            worker.process.send_signal(signal.SIGKILL)
            assert site.applied() == before
            site.db.execute("GRANT UPDATE ON rt.node_status TO r2a_worker")
        worker.process.wait(10)
        freeswitch.replies.update(usual)
        worker = started(freeswitch.port, site.dsn)
        told = site.sent()
        assert [one for one in told if one not in plan] == [], "no refresh as a whole, and nothing of an earlier change"
        assert set(plan) <= set(told)
        assert max(map(told.count, plan)) <= 2
        assert len(trunks.bounced) <= 2
        assert told.index("reloadacl", told.index(RESCAN)) > told.index(f"{KILL} changed")
        assert trunks.running["changed"]["proxy"] == f"sip:127.0.0.{10 + boundary}"


def _killing(worker: Worker, plan: list[str], boundary: int, usual: Mapping[str, Reply]) -> Callable[[str], str | bytes]:
    """Return what answers as `usual`, and kills the worker in place of answering to the command of `plan` with the number `boundary`."""
    left = [boundary]

    def answer(command: str) -> str | bytes:
        if command in plan:
            left[0] -= 1
            if left[0] == -1:
                worker.process.send_signal(signal.SIGKILL)
                worker.process.wait()
                return ""
        reply = usual[command.split(" ")[0]]
        return reply(command) if callable(reply) else reply

    return answer
