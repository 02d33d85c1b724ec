"""Phrases and music on hold of r2a, as a running switch speaks and plays them."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from .conftest import DOMAIN, MakePhone, Site
from .processes import wait_for
from .switch import Switch

pytestmark = pytest.mark.freeswitch

ROWS = """
INSERT INTO cfg.phrase (language, name, pause_ms) VALUES ('en', 'ticket', 0);
INSERT INTO cfg.phrase (domain_id, language, name, pause_ms) SELECT id, 'en', 'ticket', 0 FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, function, data)
SELECT p.id, s.position, s.pattern, s.function, s.data FROM cfg.phrase p, (VALUES
    (1, NULL, 'sleep', '20'), (2, '^([0-9]+)-(.*)$', 'play-file', '{sounds}/all-$1.wav'), (3, '^never$', 'play-file', '{sounds}/never.wav'))
    AS s (position, pattern, function, data)
WHERE p.name = 'ticket' AND p.domain_id IS NULL;
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, function, data)
SELECT p.id, 1, '([0-9]+)', 'play-file', '{sounds}/own-$1.wav' FROM cfg.phrase p WHERE p.name = 'ticket' AND p.domain_id IS NOT NULL;
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'jazz', '{sounds}' FROM cfg.domain WHERE name = 'pbx.example.com';
"""


@pytest.fixture
def sounds(site: Site, tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with the sounds of the phrases; rows and sounds are gone afterwards."""
    folder = tmp_path / "sounds"
    folder.mkdir()
    for name in ("all-7", "own-7"):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 800, "NONE", "not compressed"))
            file.writeframes(b"\x00\x10" * 800)
    with psycopg.connect(site.dsn) as database:
        database.execute(ROWS.format(sounds=folder).encode())
    yield folder
    with psycopg.connect(site.dsn) as database:
        database.execute("DELETE FROM cfg.phrase; DELETE FROM cfg.moh_class WHERE name = 'jazz'")


def spoken(site: Site, phone: MakePhone, argument: str, *, hangs_up: bool = False) -> str:
    """Return what the switch logged while it played `argument` to 1001, who may have to end it."""
    callee = phone("1001")
    assert callee.register() == 200
    answering = callee.expect_call("callee-hangs-up" if hangs_up else "callee-waits", hold_ms=500)
    before = len(site.switch.log())
    assert site.switch.api(f"originate user/1001@{DOMAIN} &playback({argument})").startswith("+OK")
    answering.finish()
    wait_for("the call is gone", lambda: site.switch.channels() == 0, 5)
    return site.switch.log()[before:]


def test_phrase_of_everybody_is_spoken_with_its_capture(site: Site, phone: MakePhone, sounds: Path) -> None:
    said = spoken(site, phone, "phrase:ticket:7-of-9")
    assert "Handle execute:[sleep(20)] (en:en)" in said
    assert f"Handle play-file:[{sounds}/all-7.wav] (en:en)" in said
    assert "never.wav" not in said
    assert "done playing file" in said


def test_phrase_of_a_domain_is_another_one(site: Site, phone: MakePhone, sounds: Path) -> None:
    said = spoken(site, phone, f"phrase:ticket@{DOMAIN}:7")
    assert f"Handle play-file:[{sounds}/own-7.wav] (en:en)" in said
    assert "all-7" not in said


def test_sound_prefix_and_language_are_on_the_phones_own_calls(site: Site, phone: MakePhone, switch: Switch) -> None:
    caller = phone("1001")
    assert caller.register() == 200
    calling = caller.call("9196", hold_ms=1500)
    uuid = wait_for("the call is up", lambda: [line.split(",")[0] for line in switch.api("show channels").splitlines() if DOMAIN in line], 5)[0]
    assert switch.api(f"uuid_getvar {uuid} sound_prefix") == "/usr/share/freeswitch/sounds/en/us/callie"
    assert switch.api(f"uuid_getvar {uuid} default_language") == "en"
    assert calling.finish() == 200


def test_music_of_a_domain_is_a_stream_of_its_own(site: Site, phone: MakePhone, switch: Switch, sounds: Path) -> None:
    # At boot there was only the demo's music.
    assert "+OK" in switch.api(f"local_stream start {DOMAIN}/jazz")
    try:
        wait_for("it plays", lambda: f"{DOMAIN}/jazz,{sounds}" in switch.api("local_stream show"), 5)
        assert f"Opening Stream [{DOMAIN}/jazz] 8000hz" in spoken(site, phone, f"local_stream://{DOMAIN}/jazz", hangs_up=True)
    finally:
        switch.api(f"local_stream stop {DOMAIN}/jazz")
