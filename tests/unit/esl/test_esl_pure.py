"""The parts of the worker that need no socket: backoff, replies, settings, readiness."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from r2a_core.errors import SettingsError
from r2a_esl import replies
from r2a_esl.backoff import Backoff
from r2a_esl.health import readiness
from r2a_esl.settings import WorkerSettings, from_environment
from r2a_esl.switch import Sighting

GIVEN = {"R2A_ESL_PASSWORD": "not-the-default", "R2A_WRITE_DSN": "host=127.0.0.1 dbname=x", "R2A_NODE_NAME": "tele-node-01"}


def test_backoff_doubles_up_to_its_cap_and_starts_again_after_reset() -> None:
    backoff = Backoff(first_s=0.1, cap_s=5.0, draw=lambda _low, high: high)
    assert [backoff.next_s() for _ in range(8)] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])
    backoff.reset()
    assert backoff.next_s() == pytest.approx(0.1)


def test_backoff_pauses_differ_and_stay_within_half_of_their_step() -> None:
    random.seed(7)
    backoff = Backoff(first_s=5.0, cap_s=5.0)
    pauses = [backoff.next_s() for _ in range(200)]
    assert all(2.5 <= pause <= 5.0 for pause in pauses)
    assert max(pauses) - min(pauses) > 2.0


def test_replies_of_a_running_freeswitch_are_read() -> None:
    status = "UP 0 years\nFreeSWITCH (Version 1.11.3-dev) is ready\n41 session(s) since startup\n12 session(s) - peak 20, last 5min 14 \n"
    assert replies.sessions(status) == 12
    assert replies.version("FreeSWITCH Version 1.11.3-dev+git~20260821T141014Z~64bit (git cc93a68)\n") == "1.11.3-dev+git~20260821T141014Z~64bit"
    assert replies.core_uuid("411b9efd-3829-48ec-8522-36cf051abf07") == "411b9efd-3829-48ec-8522-36cf051abf07"
    assert replies.switchname("tele-node-01\n") == "tele-node-01"


@pytest.mark.parametrize("reply", ["", "\n", "-ERR no reply\n", "-USAGE: status\n", "something else"])
def test_an_unexpected_reply_names_the_command(reply: str) -> None:
    with pytest.raises(replies.ReplyError, match="`status` answered"):
        replies.sessions(reply)


def test_defaults_are_those_of_the_design() -> None:
    settings = from_environment(GIVEN)
    assert (settings.esl_place, settings.http_host, settings.http_port, settings.heartbeat_s) == ("127.0.0.1:8021", "127.0.0.1", 8091, 5)


def test_without_a_password_there_is_one_clear_line_and_no_default() -> None:
    with pytest.raises(SettingsError, match="R2A_ESL_PASSWORD: is not set; set it or R2A_ESL_PASSWORD_FILE") as caught:
        from_environment({**GIVEN, "R2A_ESL_PASSWORD": ""})
    assert "\n" not in str(caught.value)


def test_a_password_file_is_read_and_the_password_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from-a-file\n")
    settings = from_environment({**GIVEN, "R2A_ESL_PASSWORD": "", "R2A_ESL_PASSWORD_FILE": str(tmp_path / "password")})
    assert settings.esl_password.reveal() == "from-a-file"
    assert "from-a-file" not in repr(settings)


@pytest.mark.parametrize("bind", ["0.0.0.0:8091", "192.0.2.1:8091", "[::]:8091", "example.com:8091"])
def test_health_is_served_on_loopback_only(bind: str) -> None:
    with pytest.raises(SettingsError, match="R2A_ESL_HTTP_BIND: should be a loopback address"):
        from_environment({**GIVEN, "R2A_ESL_HTTP_BIND": bind})


@pytest.mark.parametrize(
    ("name", "value"),
    [("R2A_ESL_PORT", "0"), ("R2A_ESL_PORT", "ssh"), ("R2A_NODE_NAME", "two words"), ("R2A_LOG_LEVEL", "chatty"), ("R2A_ESL_HEARTBEAT_S", "0")],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({**GIVEN, name: value})


def ready(settings: WorkerSettings, *, seen: Sighting, error: str | None, written_at: float | None, now: float) -> tuple[bool, str]:
    switch, presence = SimpleNamespace(sighting=seen), SimpleNamespace(error=error, written_at=written_at)
    found = readiness(settings, cast(Any, switch), cast(Any, presence), now)
    return found.ready, found.text


def test_readiness_needs_a_recent_answer_of_both() -> None:
    settings = from_environment(GIVEN)
    status = replies.FreeSwitchStatus(core_uuid="u", switchname="tele-node-01", version="1", sessions=0)
    up, away = Sighting(status=status, error=None, at=100.0), Sighting(status=None, error="connection refused", at=100.0)
    assert ready(settings, seen=up, error=None, written_at=100.0, now=101.0) == (True, "ready")
    waits = "waiting for FreeSWITCH at 127.0.0.1:8021: connection refused"
    assert ready(settings, seen=away, error=None, written_at=100.0, now=101.0) == (False, waits)
    assert ready(settings, seen=up, error="gone", written_at=100.0, now=101.0) == (False, "waiting for the database: gone")
    # A hung part never reports an error; its silence is the sign.
    assert ready(settings, seen=up, error=None, written_at=100.0, now=116.0)[0] is False
    assert ready(settings, seen=up, error=None, written_at=None, now=101.0)[0] is False
