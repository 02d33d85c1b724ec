"""Menus, conferences and the queues of a module load on a real FreeSWITCH: what it makes of ivr.conf, conference.conf and callcenter.conf."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import psycopg
import pytest

from r2a_core.database import Connection
from r2a_core.environ import Secret
from r2a_core.sealing import SealingKey

from .conftest import DOMAIN, Site
from .processes import wait_for
from .switch import Switch

pytestmark = pytest.mark.freeswitch

ROOM = f"5100-{DOMAIN}"


@pytest.fixture
def db(site: Site) -> Iterator[Connection]:
    """Yield the operator's connection; what a test made of menus and conferences is taken back."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        yield database
        database.execute("DELETE FROM cfg.ivr_option o USING cfg.ivr_menu m WHERE m.id = o.ivr_menu_id AND m.name IN ('front', 'second', 'closed')")
        database.execute("DELETE FROM cfg.ivr_menu WHERE name IN ('front', 'second', 'closed')")
        database.execute("DELETE FROM cfg.conference_room WHERE number = '5100'")
        database.execute("DELETE FROM cfg.conference_profile WHERE name = 'quiet'; DELETE FROM cfg.conference_control WHERE for_moderators")


def call(switch: Switch, application: str, **variables: str) -> str:
    """Start `application` on a call that hears echo, and return its channel's uuid."""
    uuid = switch.api("create_uuid").strip()
    wanted = ",".join(f"{name}={value}" for name, value in {"origination_uuid": uuid, "loopback_bowout": "false", **variables}.items())
    answered = switch.api(f"originate {{{wanted}}}loopback/9196/{DOMAIN} &{application}")
    assert answered.startswith("+OK"), answered
    return uuid


def variable(switch: Switch, uuid: str, name: str) -> str:
    return switch.api(f"uuid_getvar {uuid} {name}").strip()


def press(switch: Switch, uuid: str, keys: str) -> None:
    switch.api(f"uuid_recv_dtmf {uuid} {keys}")


def menus(db: Connection) -> None:
    db.execute(
        "INSERT INTO cfg.ivr_menu (domain_id, name, greet_long, timeout_ms) SELECT d.id, m, 'silence_stream://200', 8000"
        " FROM cfg.domain d, unnest(ARRAY['front', 'second', 'closed']) AS m WHERE d.name = %s",
        (DOMAIN,),
    )
    db.execute("UPDATE cfg.ivr_menu SET enabled = false WHERE name = 'closed'")
    db.execute(
        "INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, target_menu_id) SELECT m.domain_id, m.id, o.digits, o.action, s.id"
        " FROM (VALUES ('front', '1', 'menu', 'second'), ('front', '2', 'menu', 'closed'), ('front', '9196', 'exit', NULL),"
        " ('front', NULL, 'direct_dial', NULL), ('second', '1', 'menu', 'front'), ('second', '9', 'exit', NULL)) AS o (menu, digits, action, target)"
        " JOIN cfg.ivr_menu m ON m.name = o.menu LEFT JOIN cfg.ivr_menu s ON s.name = o.target"
    )


def entered(switch: Switch, menu: str) -> bool:
    return f"Executing IVR menu {menu}@{DOMAIN}" in switch.log()


def test_menus_lead_to_one_another_and_a_key_is_taken_at_once(switch: Switch, db: Connection) -> None:
    menus(db)
    uuid = call(switch, f"ivr(front@{DOMAIN})")
    wait_for("the first menu is entered", lambda: entered(switch, "front"), 5)
    # The second menu has single keys only: nobody waits there for more digits.
    press(switch, uuid, "1")
    wait_for("the second menu is entered", lambda: entered(switch, "second"), 8)
    press(switch, uuid, "9")
    wait_for("exit ends the call", lambda: switch.api(f"uuid_exists {uuid}").strip() == "false", 1.5)


def test_what_no_option_takes_is_dialled(switch: Switch, db: Connection) -> None:
    menus(db)
    db.execute("DELETE FROM cfg.ivr_option WHERE digits = '9196'")
    uuid = call(switch, f"ivr(front@{DOMAIN})")
    press(switch, uuid, "9196")
    wait_for("the echo test answers", lambda: variable(switch, uuid, "current_application") == "echo", 8)
    switch.api(f"uuid_kill {uuid}")


def test_what_an_option_takes_is_not_dialled_as_well(switch: Switch, db: Connection) -> None:
    menus(db)
    uuid = call(switch, f"ivr(front@{DOMAIN})")
    press(switch, uuid, "9196")
    wait_for("exit ends the call", lambda: switch.api(f"uuid_exists {uuid}").strip() == "false", 8)
    assert not re.search(rf"{uuid}.*Transfer .* to XML\[9196@", switch.log())


def rooms(db: Connection, site: Site, *, key: str = "") -> None:
    sealing = SealingKey(Secret(key or site.variables["R2A_SECRET_KEY"]))
    db.execute("INSERT INTO cfg.conference_profile (name, control_group) VALUES ('quiet', 'default')")
    # The sounds are not on a test's machine, and a caller who cannot be asked is hung up on.
    db.execute(
        "INSERT INTO cfg.conference_profile_param (conference_profile_id, name, value) SELECT p.id, s, 'silence_stream://200'"
        " FROM cfg.conference_profile p, unnest(ARRAY['pin-sound', 'bad-pin-sound']) AS s WHERE p.name = 'quiet'"
    )
    db.execute("INSERT INTO cfg.conference_control (control_group, digits, action, for_moderators) VALUES ('default', '*1', 'lock', true)")
    db.execute(
        "INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, pin_sealed, moderator_pin_sealed, members_max)"
        " SELECT d.id, '5100', 'Team', p.id, %s, %s, 2 FROM cfg.domain d JOIN cfg.conference_profile p ON p.name = 'quiet' WHERE d.name = %s",
        (sealing.seal("4711"), sealing.seal("0815"), DOMAIN),
    )


def members(switch: Switch) -> int:
    """Return how many are in the room; somebody who is asked for its PIN is not."""
    text = switch.api(f"conference {ROOM} list count").strip()
    return int(text) if text.isdecimal() else 0


def test_a_room_asks_for_its_pin_and_gives_a_moderator_his_keys(switch: Switch, site: Site, db: Connection) -> None:
    rooms(db, site)
    uuid = call(switch, f"conference({ROOM}@quiet)", conference_enforce_security="true")
    press(switch, uuid, "1234")
    # mod_conference says nothing of a wrong PIN, and forgets what is pressed before it asks again.
    time.sleep(2)
    assert (members(switch), switch.channels()) == (0, 2)
    press(switch, uuid, "0815")
    wait_for("the moderator is in", lambda: members(switch) == 1, 12)
    assert "moderator" in switch.api(f"conference {ROOM} list")
    wait_for("he has his keys", lambda: "binding '*1' to 'lock'" in switch.log(), 5)
    assert "binding '#' to 'hangup'" in switch.log()
    assert switch.api(f"conference {ROOM} get max_members").strip() == "2"
    switch.api("hupall")


def test_a_room_whose_pin_was_sealed_with_another_key_lets_nobody_in(switch: Switch, site: Site, db: Connection) -> None:
    rooms(db, site, key="b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMTI=")
    uuid = call(switch, f"conference({ROOM}@quiet)")
    wait_for("the call is over", lambda: switch.api(f"uuid_exists {uuid}").strip() == "false", 5)
    assert members(switch) == 0


def test_a_module_load_leaves_what_the_tables_say(switch: Switch, db: Connection) -> None:
    with db.transaction():
        db.execute("INSERT INTO cfg.queue (domain_id, name, strategy) SELECT id, 'crew', 'ring-all' FROM cfg.domain WHERE name = %s", (DOMAIN,))
        db.execute(
            "INSERT INTO cfg.queue_agent (domain_id, extension_id, initial_status, wrap_up_s) SELECT e.domain_id, e.id, 'On Break', 7"
            " FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = %s AND e.number = '1006'",
            (DOMAIN,),
        )
        db.execute(
            "INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id, level) SELECT q.domain_id, q.id, a.id, 3"
            " FROM cfg.queue q JOIN cfg.queue_agent a ON a.initial_status = 'On Break' WHERE q.name = 'crew'"
        )
    try:
        switch.api("callcenter_config agent add stranger callback")
        assert "+OK" in switch.api("reload mod_callcenter")
        agents, tiers = switch.api("callcenter_config agent list"), switch.api("callcenter_config tier list")
        assert "stranger" not in agents
        assert f"1006@{DOMAIN}|single_box||callback|[leg_timeout=20]user/1006@{DOMAIN}|On Break|Waiting|3|7|10|60|10|" in agents
        assert f"crew@{DOMAIN}|1006@{DOMAIN}|Ready|3|1" in tiers
        assert f"crew@{DOMAIN}|ring-all|local_stream://default|system|" in switch.api("callcenter_config queue list")
        # Loading the queue again leaves the agent as he is.
        switch.api(f"callcenter_config agent set status 1006@{DOMAIN} Available")
        assert "+OK" in switch.api(f"callcenter_config queue load crew@{DOMAIN}")
        assert switch.api(f"callcenter_config agent get status 1006@{DOMAIN}").strip() == "Available"
    finally:
        db.execute("DELETE FROM cfg.queue WHERE name = 'crew'; DELETE FROM cfg.queue_agent WHERE initial_status = 'On Break'")
        switch.api("reload mod_callcenter")
    assert "1006" not in switch.api("callcenter_config agent list")
