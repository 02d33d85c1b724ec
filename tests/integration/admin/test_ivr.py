"""Menus, queues and agents, as an operator meets them."""

from __future__ import annotations

import pytest

from tests.integration.admin.conftest import R2a

TABLES = ("ivr_menu", "ivr_option", "queue", "queue_agent", "queue_tier", "conference_room", "moh_class", "phrase", "phrase_step")
COUNTS = f"SELECT {', '.join(f'(SELECT count(*) FROM cfg.{table})' for table in TABLES)}"  # noqa: S608


@pytest.fixture
def desk(office: R2a) -> R2a:
    """Return `r2a` on the office with the menu main and the queue support, and a second tenant whose domain has the same names."""
    office.well("domain", "add", "b.example.com", "--tenant", "other", "--create-tenant")
    for domain in ("a.example.com", "b.example.com"):
        if domain.startswith("b"):
            office.well("extension", "add", f"1001@{domain}", "--name", "Bea", "--no-device")
        office.well("ivr", "add", f"main@{domain}", "--greet-long", "ivr/welcome.wav")
        office.well("queue", "add", f"support@{domain}")
        office.well("agent", "add", f"1001@{domain}")
    return office


def rows(r2a: R2a) -> dict[str, int]:
    return dict(zip(TABLES, r2a.ask(COUNTS)[0], strict=True))


def test_menu_shows_as_a_tree_where_its_keys_lead(desk: R2a) -> None:
    desk.well("ivr", "add", "more@a.example.com", "--greet-long", "phrase:more@a.example.com", "--exit-sound", "ivr/bye.wav", "--digits-max", "3")
    for digits, *leads in (
        *(("1", "--extension", "alice"), ("2", "--menu", "more"), ("3", "--sound", "ivr/hours.wav"), ("#", "--exit"), ("9", "--top")),
        *(("*", "--menu", "main@a.example.com"),),
    ):
        desk.well("ivr", "option", "set", "main@a.example.com", digits, *leads)
    desk.well("ivr", "option", "set", "more@a.example.com", "9", "--back")
    desk.well("ivr", "option", "set", "more@a.example.com", "--direct-dial")
    shown = desk.well("ivr", "show", "main@a.example.com").out
    assert shown[shown.index("ivr main") :].splitlines() == [
        "ivr main@a.example.com",
        "├── #  leaves the menus",
        "├── *  ivr main@a.example.com (see above)",
        "├── 1  extension 1001",
        "├── 2  ivr more@a.example.com",
        "│   ├── 9  goes back",
        "│   └── other  is dialled as an extension",
        "├── 3  plays ivr/hours.wav",
        "└── 9  goes to the first menu",
    ]
    more = desk.well("ivr", "show", "more@a.example.com", "--json").json
    assert (more["exit_sound"], more["digits_max"], more["greet_long"]) == ("ivr/bye.wav", 3, "phrase:more@a.example.com")
    assert more["options"] == [
        {"digits": "9", "action": "back", "extension": None, "menu": None, "sound": None},
        {"digits": None, "action": "direct_dial", "extension": None, "menu": None, "sound": None},
    ]


def test_menu_and_its_options_change_and_go(desk: R2a) -> None:
    desk.well("ivr", "option", "set", "main@a.example.com", "1", "--exit")
    desk.well("ivr", "option", "set", "main@a.example.com", "1", "--extension", "1001")
    desk.well("ivr", "option", "set", "main@a.example.com", "--direct-dial")
    desk.well("ivr", "set", "main@a.example.com", "--greet-short", "ivr/short.wav", "--timeout-ms", "5000")
    desk.well("ivr", "set", "main@a.example.com", "--greet-short", "", "--failures-max", "5")
    desk.well("ivr", "disable", "main@a.example.com")
    (main,) = desk.well("ivr", "list", "--domain", "sip.a.example.com", "--json").json
    assert (main["greet_short"], main["timeout_ms"], main["failures_max"], main["enabled"]) == (None, 5000, 5, False)
    assert [(option["digits"], option["extension"]) for option in main["options"]] == [("1", "1001"), (None, None)]
    assert "(disabled)" in desk.well("ivr", "show", "main@a.example.com").out
    desk.well("ivr", "option", "remove", "main@a.example.com", "1")
    desk.well("ivr", "option", "remove", "main@a.example.com", "--direct-dial")
    assert "ivr main@a.example.com has no option --direct-dial" in desk.refused("ivr", "option", "remove", "main@a.example.com", "--direct-dial")
    desk.well("ivr", "delete", "main@a.example.com", "--yes")
    assert "there is no ivr 'main' in a.example.com; `r2a ivr list`" in desk.refused("ivr", "show", "main@a.example.com")
    assert [menu["domain"] for menu in desk.well("ivr", "list", "--json").json] == ["b.example.com"]


REFUSALS = [
    (("ivr", "add", "main@a.example.com", "--greet-long", "x.wav"), "ivr main already exists in a.example.com"),
    (("ivr", "add", "x@a.example.com", "--greet-long", "http://192.0.2.1/x.wav"), "a sound should be a file"),
    (("ivr", "add", "x@a.example.com", "--greet-long", "../x.wav"), "a sound should be a file"),
    (("ivr", "add", "x y@a.example.com", "--greet-long", "x.wav"), "a name should be letters"),
    (("ivr", "add", "x@a.example.com", "--greet-long", "x.wav", "--timeout-ms", "10"), "--timeout-ms should be from 1000 to 60000"),
    (("ivr", "set", "mian@a.example.com", "--timeouts-max", "2"), "there is no ivr 'mian' in a.example.com; did you mean main?"),
    (("ivr", "option", "set", "main@a.example.com", "A", "--back"), "1 to 10 of the keys"),
    (("ivr", "option", "set", "main@a.example.com", "1", "--extension", "1009"), "there is no extension '1009' in a.example.com"),
    (("ivr", "option", "set", "main@a.example.com", "1", "--extension", "1001@b.example.com"), "1001@b.example.com is not of a.example.com: a"),
    (("ivr", "option", "set", "main@a.example.com", "1", "--menu", "main@b.example.com"), "main@b.example.com is not of a.example.com: a menu and"),
    (("ivr", "option", "set", "main@a.example.com", "1", "--sound", "shout://x"), "a sound should be a file"),
    (("ivr", "option", "remove", "main@a.example.com", "5"), "ivr main@a.example.com has no option 5"),
    (("ivr", "delete", "main@a.example.com"), "--yes"),
    (("queue", "add", "support@a.example.com"), "queue support already exists in a.example.com"),
    (("queue", "set", "support@a.example.com", "--strategy", "loud"), "--strategy should be ring-all, longest-idle-agent"),
    (("queue", "set", "support@a.example.com", "--announce-s", "30"), "both --announce-sound and --announce-s"),
    (("queue", "set", "support@a.example.com", "--moh", "none"), "there is no moh 'none'; `r2a moh list`"),
    (("queue", "set", "supprt@a.example.com", "--tier-rules"), "did you mean support?"),
    (("queue", "member", "add", "support@a.example.com", "1001@b.example.com"), "1001@b.example.com is not of a.example.com: a queue and its agents"),
    (("queue", "member", "add", "support@a.example.com", "1001", "--level", "0"), "--level should be from 1 to 100"),
    (("queue", "member", "remove", "support@a.example.com", "1001"), "1001@a.example.com is not in queue support@a.example.com"),
    (("agent", "add", "1001@a.example.com"), "extension 1001@a.example.com already is an agent"),
    (("agent", "set", "1001@a.example.com", "--initial-status", "Asleep"), "'Logged Out', 'Available'"),
    (("agent", "set", "1001@a.example.com", "--ring-timeout-s", "1"), "--ring-timeout-s of an agent should be from 5 to 120"),
]


def test_refusals_are_one_sentence_that_helps(desk: R2a, subtests: pytest.Subtests) -> None:
    before = rows(desk)
    for arguments, sentence in REFUSALS:
        with subtests.test(" ".join(arguments)):
            line = desk.refused(*arguments)
            assert sentence in line
            assert len(line.strip().splitlines()) == 1
    assert rows(desk) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("ivr", "add", "x@a.example.com"),
        ("ivr", "set", "main@a.example.com"),
        ("ivr", "option", "set", "main@a.example.com", "1"),
        ("ivr", "option", "set", "main@a.example.com", "1", "--back", "--top"),
        ("ivr", "option", "set", "main@a.example.com", "--back"),
        ("ivr", "option", "set", "main@a.example.com", "1", "--direct-dial"),
        ("ivr", "option", "remove", "main@a.example.com"),
        ("queue", "set", "support@a.example.com"),
        ("agent", "set", "1001@a.example.com"),
        ("queue", "set", "support@a.example.com", "--max-wait-s", "long"),
    ],
)
def test_usage_errors_exit_2(desk: R2a, arguments: tuple[str, ...]) -> None:
    desk.refused(*arguments, code=2)


def test_queue_and_its_agents(desk: R2a) -> None:
    desk.well("extension", "add", "1002@a.example.com", "--name", "Bob", "--no-device")
    assert "extension 1002@a.example.com is no agent; `r2a agent add 1002@a.example.com` makes it one" in desk.refused(
        "queue", "member", "add", "support@a.example.com", "1002"
    )
    desk.well("agent", "add", "1002@a.example.com", "--initial-status", "Available", "--wrap-up-s", "5")
    desk.well("queue", "member", "add", "support@a.example.com", "1002", "--level", "2", "--position", "7")
    desk.well("queue", "member", "add", "support@a.example.com", "alice@a.example.com")
    desk.well("queue", "member", "add", "support@a.example.com", "1002", "--position", "8")
    desk.well("queue", "set", "support@a.example.com", "--strategy", "ring-all", "--announce-sound", "ivr/wait.wav", "--announce-s", "30")
    desk.well("queue", "set", "support@a.example.com", "--tier-rules")
    shown = desk.well("queue", "show", "support@a.example.com", "--json").json
    assert shown["members"] == [{"level": 1, "number": "1001", "position": 1}, {"level": 2, "number": "1002", "position": 8}]
    assert (shown["strategy"], shown["announce_sound"], shown["announce_s"], shown["tier_rules"]) == ("ring-all", "ivr/wait.wav", 30, True)
    desk.well("queue", "set", "support@a.example.com", "--announce-sound", "")
    desk.well("queue", "disable", "support@a.example.com")
    desk.well("agent", "set", "1002@a.example.com", "--max-no-answer", "0")
    desk.well("agent", "disable", "1002@a.example.com")
    agent = desk.well("agent", "show", "1002@a.example.com", "--json").json
    assert (agent["initial_status"], agent["wrap_up_s"], agent["max_no_answer"], agent["enabled"]) == ("Available", 5, 0, False)
    assert agent["queues"] == ["support"]
    desk.well("queue", "member", "remove", "support@a.example.com", "1001")
    desk.well("agent", "delete", "1002@a.example.com", "--yes")
    (queue,) = desk.well("queue", "list", "--domain", "a.example.com", "--json").json
    assert (queue["members"], queue["enabled"], queue["announce_s"]) == ([], False, None)
    assert [agent["number"] for agent in desk.well("agent", "list", "--domain", "a.example.com", "--json").json] == ["1001"]
    desk.well("queue", "delete", "support@a.example.com", "--yes")
    assert [queue["domain"] for queue in desk.well("queue", "list", "--json").json] == ["b.example.com"]


def test_dry_run_keeps_nothing(desk: R2a) -> None:
    desk.well("ivr", "option", "set", "main@a.example.com", "1", "--back")
    desk.well("queue", "member", "add", "support@a.example.com", "1001")
    before, revision = rows(desk), desk.ask("SELECT max(revision) FROM cfg.change_log")
    for arguments in (
        ("ivr", "add", "x@a.example.com", "--greet-long", "x.wav"),
        ("ivr", "set", "main@a.example.com", "--greet-long", "x.wav"),
        ("ivr", "option", "set", "main@a.example.com", "2", "--exit"),
        ("ivr", "option", "remove", "main@a.example.com", "1"),
        ("ivr", "delete", "main@a.example.com"),
        ("queue", "add", "x@a.example.com"),
        ("queue", "set", "support@a.example.com", "--tier-rules"),
        ("queue", "member", "remove", "support@a.example.com", "1001"),
        ("queue", "delete", "support@a.example.com"),
        ("agent", "delete", "1001@a.example.com"),
        ("moh", "add", "a.example.com/x", "--path", "/srv/music"),
        ("phrase", "add", "x@a.example.com", "--language", "en", "--play", "x.wav"),
        ("voice", "add", "fr", "--sound-prefix", "/srv/fr"),
        ("voice", "set", "en", "--sound-prefix", "/srv/en"),
        ("conference", "room", "add", "5000@a.example.com"),
        ("conference", "profile", "add", "x"),
        ("conference", "profile", "param", "set", "default", "rate", "16000"),
        ("conference", "control", "set", "default", "1", "lock"),
        ("domain", "delete", "a.example.com", "--with-extensions"),
    ):
        assert desk.well(*arguments, "--dry-run").out.startswith("dry run, nothing was kept: "), arguments
    assert rows(desk) == before
    assert desk.ask("SELECT max(revision) FROM cfg.change_log") == revision


def test_what_a_caller_may_press_is_not_taken_away_unseen(desk: R2a) -> None:
    desk.well("ivr", "add", "more@a.example.com", "--greet-long", "x.wav")
    desk.well("ivr", "option", "set", "main@a.example.com", "1", "--extension", "1001")
    desk.well("ivr", "option", "set", "main@a.example.com", "2", "--menu", "more")
    desk.well("ivr", "option", "set", "main@a.example.com", "8", "--menu", "main")
    assert desk.refused("extension", "delete", "1001@a.example.com", "--yes") == (
        "r2a: menus lead to extension 1001@a.example.com: main@a.example.com (1); take that away with `r2a ivr option remove`\n"
    )
    assert desk.refused("ivr", "delete", "more@a.example.com", "--yes") == (
        "r2a: other menus lead to ivr more@a.example.com: main@a.example.com (2); take that away with `r2a ivr option remove`\n"
    )
    desk.well("ivr", "option", "remove", "main@a.example.com", "2")
    desk.well("ivr", "delete", "more@a.example.com", "--yes")
    desk.well("ivr", "delete", "main@a.example.com", "--yes")
    desk.well("extension", "delete", "1001@a.example.com", "--yes")
    assert desk.ask("SELECT count(*) FROM cfg.queue_agent") == [(1,)]


def test_domain_goes_with_everything_that_leads_somewhere_in_it(desk: R2a) -> None:
    desk.well("ivr", "add", "more@a.example.com", "--greet-long", "x.wav")
    desk.well("ivr", "option", "set", "main@a.example.com", "1", "--extension", "1001")
    desk.well("ivr", "option", "set", "main@a.example.com", "2", "--menu", "more")
    desk.well("ivr", "option", "set", "more@a.example.com", "2", "--menu", "main")
    desk.well("moh", "add", "a.example.com/hold", "--path", "/srv/music")
    desk.well("queue", "set", "support@a.example.com", "--moh", "hold")
    desk.well("queue", "member", "add", "support@a.example.com", "1001")
    desk.well("conference", "room", "add", "5000@a.example.com")
    desk.well("phrase", "add", "closed@a.example.com", "--language", "en", "--play", "x.wav")
    assert "--with-extensions" in desk.refused("domain", "delete", "a.example.com", "--yes")
    desk.well("domain", "delete", "a.example.com", "--with-extensions", "--yes")
    others = {"ivr_menu": 1, "queue": 1, "queue_agent": 1}
    assert rows(desk) == {table: others.get(table, 0) for table in TABLES}
    deleted = {table for (table,) in desk.ask("SELECT DISTINCT table_name FROM cfg.change_log WHERE operation = 'DELETE'")}
    assert set(TABLES) <= deleted
    desk.well("agent", "delete", "1001@b.example.com", "--yes")
    desk.well("extension", "delete", "1001@b.example.com", "--yes")
    desk.well("domain", "delete", "b.example.com", "--yes")
    assert set(rows(desk).values()) == {0}
