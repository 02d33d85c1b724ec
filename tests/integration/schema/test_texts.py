"""Text that FreeSWITCH would expand, execute or mis-read never gets into a table that operators write: not by SQL either."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg import sql

from r2a_core.database import Connection

from .conftest import DERIVED, tables

ATTACKS = {
    "variable": "${system rm}",
    "global variable": "$${recordings_dir}",
    "pre-processor": '<X-PRE-PROCESS cmd="exec"/>',
    "pre-processor in lower case": "x-pre-process",
    "pre-processor in mixed case": "X-Pre-process",
    "processing instruction": "<?xml",
    "server side include": "<!--#exec cmd",
    "newline": "a\nb",
    "carriage return": "a\rb",
    "tab": "a\tb",
    "escape": "a\x1b[2Kb",
    "delete": "a\x7fb",
    "next line": "a\x85b",
    "endless": "a" * 5000,
}


def text_columns(db: Connection) -> list[tuple[str, str]]:
    """Return (table, column) of every column of text in cfg that can be written: also one that was added yesterday."""
    query = """SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
               WHERE table_schema = 'cfg' AND data_type = 'text' AND table_type = 'BASE TABLE' AND table_name <> 'change_log'
               AND is_generated = 'NEVER' ORDER BY 1, 2"""
    return [(str(table), str(column)) for table, column in db.execute(query)]


def accepts(db: Connection, table: str, column: str, text: object) -> bool:
    """Return whether `text` can be written into the column of every row; nothing is kept."""
    update = sql.SQL("UPDATE cfg.{} SET {} = %s").format(sql.Identifier(table), sql.Identifier(column))
    try:
        with db.transaction(force_rollback=True):
            assert db.execute(update, (text,)).rowcount > 0, f"the seed has no row in {table}"
    except psycopg.errors.CheckViolation:
        return False
    except psycopg.errors.UniqueViolation:
        # Well-formed, and only one row may have it.
        return True
    return True


def test_the_seed_has_a_row_everywhere(db: Connection) -> None:
    empty = [table for table in tables(db) if not db.execute(sql.SQL("SELECT FROM cfg.{} LIMIT 1").format(sql.Identifier(table))).fetchall()]
    assert empty == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_no_text_column_takes_it(db: Connection, attack: str) -> None:
    columns = text_columns(db)
    assert len(columns) > 40
    assert DERIVED - {"change_log"} <= {table for table, _ in columns}
    assert [f"{table}.{column}" for table, column in columns if accepts(db, table, column, attack)] == []


@pytest.mark.parametrize("separator", list('[]{}<>|;=^"\\'))
def test_no_label_takes_what_a_dial_string_is_made_of(db: Connection, separator: str) -> None:
    assert not accepts(db, "extension", "name", f"a{separator}b")


@pytest.mark.parametrize("name", ["José Núñez", "张伟", "O'Brien & Söhne, 2nd floor", "100% (desk)", "$5 {", "a" * 80])
def test_names_of_people_are_taken(db: Connection, name: str) -> None:
    # A brace alone is a separator of dial strings; everything else is what people are called.
    assert accepts(db, "extension", "name", name) == ("{" not in name)


def attributes(**values: object) -> str:
    return json.dumps(values)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_no_attribute_of_a_document_takes_it(db: Connection, attack: str) -> None:
    assert not accepts(db, "config_element", "attributes", attributes(value=attack))
    assert not accepts(db, "config_element", "attributes", attributes(**{attack: "value"}))


@pytest.mark.parametrize(
    "value",
    [
        '{"value": 1}',
        '{"value": true}',
        '{"value": null}',
        '{"value": {"nested": "text"}}',
        '{"value": ["text"]}',
        "[]",
        '"text"',
        "null",
        '{"value": "\\u0024{x}"}',
        '{"value": "\\u003c?x"}',
        '{"value": "a\\u000ab"}',
        '{"two words": "x"}',
        '{"": "x"}',
        '{"1st": "x"}',
        '{"a\\nb": "x"}',
        '{"xmlns:x": "x"}',
    ],
)
def test_attributes_are_names_with_plain_texts(db: Connection, value: str) -> None:
    assert not accepts(db, "config_element", "attributes", value)


@pytest.mark.parametrize("value", ["/^(10[01][0-9])$/", "C:\\music", "a & b < c > 'd' \"e\"", "$1", "100 %", "\u00fc", ""])
def test_ordinary_attributes_are_taken(db: Connection, value: str) -> None:
    assert accepts(db, "config_element", "attributes", attributes(value=value))


@pytest.mark.parametrize("value", ["C:\\new", "/^\\b1[0-9]+$/"])
def test_a_backslash_before_a_letter_is_no_control_character(db: Connection, value: str) -> None:
    assert accepts(db, "config_element", "attributes", attributes(value=value))


@pytest.mark.parametrize("tag", ["X-PRE-PROCESS", "x-pre-process", "include", "Include", "a b", "a>", "1a", "", "?xml", "!--"])
def test_no_element_is_one_that_freeswitch_executes(db: Connection, tag: str) -> None:
    assert not accepts(db, "config_element", "tag", tag)


@pytest.mark.parametrize("name", ["ping-user-agent", "password", "context", "proxy", "caller-id-in-from", "register", "cid-type"])
def test_a_gateway_has_no_param_that_kills_or_that_is_a_column(db: Connection, name: str) -> None:
    assert not accepts(db, "gateway_param", "name", name)


@pytest.mark.parametrize("name", ["presence-hosts", "context", "sip-port", "accept-blind-reg", "accept-blind-auth", "auth-calls"])
def test_a_profile_has_no_param_that_r2a_decides(db: Connection, name: str) -> None:
    assert not accepts(db, "sip_profile_param", "name", name)


@pytest.mark.parametrize("name", ["Context", "ACCEPT-BLIND-REG", "Presence-Hosts"])
def test_nor_in_another_case(db: Connection, name: str) -> None:
    # FreeSWITCH compares the names of params without their case.
    assert not accepts(db, "sip_profile_param", "name", name)


@pytest.mark.parametrize(
    "name",
    [
        *("password", "A1-Hash", "allow-empty-password", "dial-string", "user_context"),
        *("api_on_answer", "execute_on_answer", "vm-convert-cmd", "sip_h_X"),
    ],
)
def test_a_directory_entry_decides_neither_who_gets_in_nor_what_runs(db: Connection, name: str) -> None:
    assert not accepts(db, "directory_entry", "name", name)


@pytest.mark.parametrize(
    "name",
    [
        *("sofia.conf", "acl.conf", "event_socket.conf", "json_cdr.conf", "ivr.conf", "callcenter.conf", "conference.conf", "local_stream.conf"),
        *("../x.conf", "x", "X.conf", "x.conf\n"),
    ],
)
def test_a_document_is_not_one_that_r2a_builds(db: Connection, name: str) -> None:
    assert not accepts(db, "config_document", "name", name)


#: Columns that name what a caller hears.
SOUNDS = [("ivr_menu", "greet_long"), ("ivr_menu", "invalid_sound"), ("queue", "announce_sound")]
NO_SOUNDS = [
    *("../../etc/passwd", "ivr/../x.wav", "http://192.0.2.9/x.wav", "http_cache://x", "shout://x", "file:///etc/passwd", "vlc://x"),
    *("", "-x", "~/x.wav", "$1", "a|b", "a;b`c`", "phrase:http://x", "say:shout://x", "a" * 300),
]


@pytest.mark.parametrize("value", NO_SOUNDS)
def test_a_sound_is_nothing_from_elsewhere(db: Connection, value: str) -> None:
    assert [f"{table}.{column}" for table, column in SOUNDS if accepts(db, table, column, value)] == []


@pytest.mark.parametrize(
    "value", ["ivr/welcome.wav", "/srv/x.wav", "phrase:closed@one.example.com", "local_stream://one.example.com/hold", "tone_stream://%(200,100,440)"]
)
def test_ordinary_sounds_are_taken(db: Connection, value: str) -> None:
    assert all(accepts(db, table, column, value) for table, column in SOUNDS)


@pytest.mark.parametrize("value", ["http://192.0.2.9/x.wav", "shout://x", "../x.wav", "ivr/../../x.wav"])
def test_a_phrase_plays_nothing_from_elsewhere(db: Connection, value: str) -> None:
    update = "UPDATE cfg.phrase_step SET data = %s WHERE function = 'play-file'"
    with pytest.raises(psycopg.errors.CheckViolation), db.transaction():
        db.execute(update, (value,))
    assert db.execute(update, ("ivr/ordinary.wav",)).rowcount > 0


@pytest.mark.parametrize("value", ["music", "/srv/../etc", "/srv//music", "http://x/y", "/srv/a b", "/srv/music/", "/", "/srv/$x", "/srv/.ssh"])
def test_a_directory_is_absolute_and_plain(db: Connection, value: str) -> None:
    assert not accepts(db, "moh_class", "path", value)
    assert not accepts(db, "voice_guide", "sound_prefix", value)


@pytest.mark.parametrize("value", ["PCMU;G722", "PCMU,", ",PCMU", "PCMU G722", "PCMU@", "PCMU@20x", "a=b", "PCMU'", ",".join(["PCMU"] * 17)])
def test_codecs_are_names_between_commas(db: Connection, value: str) -> None:
    assert not accepts(db, "extension", "codecs", value)
    assert not accepts(db, "gateway", "codecs", value)
    assert accepts(db, "extension", "codecs", "OPUS,G722,PCMU@8000h@20i,AMR-WB,H264")


@pytest.mark.parametrize("name", ["pin", "Moderator-PIN", "max-members", "caller-controls", "auto-record", "perpetual-sound-uri"])
def test_a_conference_profile_has_no_param_that_is_the_rooms_or_a_hook(db: Connection, name: str) -> None:
    assert not accepts(db, "conference_profile_param", "name", name)


@pytest.mark.parametrize("data", ["$1{system(id)}", "$$1", "$x", "100$", "$1$2", "${uuid}"])
def test_a_phrase_has_no_dollar_but_captures(db: Connection, data: str) -> None:
    db.execute("DELETE FROM cfg.phrase_step WHERE function <> 'play-file'")
    assert not accepts(db, "phrase_step", "data", data)
    assert accepts(db, "phrase_step", "data", "ivr/$1/$2.wav")


@pytest.mark.parametrize("value", ["phrase:", "say:", "http://x/y.wav", "shout://x", "phrase:http://x"])
def test_a_sound_is_something_and_nothing_fetched(db: Connection, value: str) -> None:
    assert not accepts(db, "ivr_menu", "greet_long", value)
    assert accepts(db, "ivr_menu", "greet_long", "phrase:welcome@one.example.com")


def test_a_conference_plays_nothing_that_is_fetched(db: Connection) -> None:
    assert not accepts(db, "conference_profile_param", "value", "http://192.0.2.1/x.wav")
    assert accepts(db, "conference_profile_param", "value", "local_stream://default")
