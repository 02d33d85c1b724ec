"""Voice guides, phrases, music on hold, languages and codecs, as an operator meets them."""

from __future__ import annotations

import pytest

from r2a_admin import codec_names
from tests.integration.admin.conftest import R2a


def test_phrase_keeps_the_order_in_which_its_steps_were_given(office: R2a) -> None:
    said = office.well(
        *("phrase", "add", "closed@sip.a.example.com", "--language", "es", "--play", "ivr/closed.wav", "--sleep", "200"),
        *("--when", "^([0-9]+)$", "--say", "number:pronounced:$1", "--play=ivr/minutes.wav", "--unless", "^([0-9]+)$", "--sleep", "50"),
        *("--pause-ms", "10"),
    )
    assert said.out == "added phrase closed@sip.a.example.com in es, 5 steps\n"
    shown = office.well("phrase", "show", "closed@a.example.com", "--json").json
    assert (shown["name"], shown["domain"], shown["language"], shown["pause_ms"]) == ("closed", "a.example.com", "es", 10)
    assert [(step["function"], step["data"], step["say_type"], step["pattern"], step["matches"]) for step in shown["steps"]] == [
        ("play-file", "ivr/closed.wav", None, None, True),
        ("sleep", "200", None, None, True),
        ("say", "$1", "number", "^([0-9]+)$", True),
        ("play-file", "ivr/minutes.wav", None, "^([0-9]+)$", True),
        ("sleep", "50", None, "^([0-9]+)$", False),
    ]
    listed = office.well("phrase", "list").out
    assert "play ivr/closed.wav, sleep 200, when ^([0-9]+)$: say number:pronounced:$1, when" in listed


def test_phrase_of_everybody_and_of_a_domain_in_two_languages(office: R2a) -> None:
    for name, language in (("hours", "en"), ("hours@a.example.com", "en"), ("hours@a.example.com", "es")):
        office.well("phrase", "add", name, "--language", language, "--play", "x.wav")
    assert "phrase hours already exists in en for a.example.com; --replace" in office.refused(
        "phrase", "add", "hours@a.example.com", "--language", "en", "--play", "y.wav"
    )
    line = office.refused("phrase", "add", "hours", "--language", "en", "--play", "y")
    assert "phrase hours already exists in en for the phrases of everybody" in line
    office.well("phrase", "add", "hours@a.example.com", "--language", "en", "--play", "y.wav", "--replace")
    shown = office.well("phrase", "show", "hours@a.example.com", "--language", "en", "--json").json
    assert [step["data"] for step in shown["steps"]] == ["y.wav"]
    assert "is there in en, es; say which with --language" in office.refused("phrase", "show", "hours@a.example.com")
    office.well("phrase", "delete", "hours@a.example.com", "--language", "es", "--yes")
    assert "is there in en, and not in es" in office.refused("phrase", "delete", "hours@a.example.com", "--language", "es", "--yes")
    assert "did you mean hours?" in office.refused("phrase", "show", "huors@a.example.com")
    assert [phrase["domain"] for phrase in office.well("phrase", "list", "--json").json] == [None, "a.example.com"]
    assert [phrase["domain"] for phrase in office.well("phrase", "list", "--domain", "a.example.com", "--json").json] == ["a.example.com"]


PHRASES = [
    (("--language", "fr", "--play", "x.wav"), "there is no voice guide for the language 'fr'; there are en, es; `r2a voice add` adds one"),
    (("--language", "en", "--say", "number:$1"), "--say should be TYPE:METHOD:DATA, like number:pronounced:$1, is 'number:$1'"),
    (("--language", "en", "--say", "colour:pronounced:$1"), "a --say should begin with a type of FreeSWITCH"),
    (("--language", "en", "--say", "number:sung:$1"), "pronounced, iterated or counted"),
    (("--language", "en", "--sleep", "long", "--play", "x"), "--sleep should be milliseconds"),
    (("--language", "en", "--sleep", "5"), "a phrase that only sleeps says nothing"),
    (("--language", "en", "--play", "http://192.0.2.1/x.wav"), "--play should be a file like ivr/closed.wav"),
    (("--language", "en", "--play", "$1{x}"), "may hold $1 to $99 and no other $"),
    (("--language", "en", "--play", "$x"), "may hold $1 to $99 and no other $"),
    (("--language", "en", "--play", "x", "--when", "${x}", "--play", "y"), "a text may not hold ${"),
    (("--language", "en", "--play", "x", "--pause-ms", "9999"), "--pause-ms should be from 0 to 5000"),
]


def test_phrases_that_are_refused(office: R2a, subtests: pytest.Subtests) -> None:
    for arguments, sentence in PHRASES:
        with subtests.test(sentence):
            assert sentence in office.refused("phrase", "add", "x@a.example.com", *arguments)
    office.refused("phrase", "add", "x@a.example.com", "--language", "en", code=2)
    assert office.ask("SELECT count(*) FROM cfg.phrase") == [(0,)]


def test_music_of_everybody_and_of_a_domain(office: R2a) -> None:
    office.well("moh", "add", "jazz", "--path", "/srv/jazz", "--rate-hz", "16000", "--no-shuffle")
    office.well("moh", "add", "sip.a.example.com/hold", "--path", "/srv/hold")
    office.well("domain", "add", "b.example.com", "--tenant", "acme")
    office.well("moh", "add", "b.example.com/hold", "--path", "/srv/b")
    for name in ("support@a.example.com", "sales@a.example.com"):
        office.well("queue", "add", name, "--moh", "hold")
    office.well("queue", "set", "sales@a.example.com", "--moh", "jazz")
    shown = {one["stream"]: one for one in office.well("moh", "list", "--json").json}
    assert {stream: one["queues"] for stream, one in shown.items()} == {
        "jazz": ["sales@a.example.com"],
        "a.example.com/hold": ["support@a.example.com"],
        "b.example.com/hold": [],
    }
    assert (shown["jazz"]["rate_hz"], shown["jazz"]["shuffle"]) == (16000, False)
    assert "b.example.com/hold is not of a.example.com" in office.refused("queue", "set", "sales@a.example.com", "--moh", "b.example.com/hold")
    assert office.refused("moh", "delete", "a.example.com/hold", "--yes") == (
        "r2a: moh a.example.com/hold is what queues play: support@a.example.com; give them another with `r2a queue set --moh`\n"
    )
    office.well("queue", "set", "support@a.example.com", "--moh", "")
    office.well("moh", "set", "a.example.com/hold", "--path", "/srv/new", "--interval-ms", "30")
    office.well("moh", "disable", "a.example.com/hold")
    hold = office.well("moh", "show", "a.example.com/hold", "--json").json
    assert (hold["path"], hold["interval_ms"], hold["enabled"], hold["queues"]) == ("/srv/new", 30, False, [])
    office.well("moh", "delete", "a.example.com/hold", "--yes")
    assert "there is no moh 'hold'" in office.refused("moh", "show", "hold")


STREAMS = [
    (("moh", "add", "x", "--path", "music"), "a directory should be an absolute path"),
    (("moh", "add", "x", "--path", "/srv/../etc"), "a directory should be an absolute path"),
    (("moh", "add", "x", "--path", "/srv", "--rate-hz", "44100"), "--rate-hz should be 8000"),
    (("moh", "add", "x", "--path", "/srv", "--interval-ms", "25"), "--interval-ms should be 10"),
    (("moh", "add", "c.example.com/x", "--path", "/srv"), "there is no domain 'c.example.com'"),
    (("moh", "add", "/x", "--path", "/srv"), "should be like pbx.example.com/hold"),
    (("voice", "add", "en", "--sound-prefix", "/srv"), "the language en already has a voice guide"),
    (("voice", "add", "fr", "--sound-prefix", "fr"), "a directory should be an absolute path"),
    (("voice", "set", "fr", "--sound-prefix", "/fr"), "there is no voice guide for the language 'fr'; there are en, es"),
    (("voice", "delete", "fr", "--yes"), "there is no voice guide for the language 'fr'"),
    (("tenant", "set", "acme", "--language", "fr"), "there is no voice guide for the language 'fr'; there are en, es; `r2a voice add` adds one"),
    (("extension", "set", "1001", "--language", "fr"), "there is no voice guide for the language 'fr'; there are en, es"),
    (("extension", "add", "1002", "--name", "B", "--language", "fr"), "there is no voice guide for the language 'fr'"),
]


def test_refusals_are_one_sentence_that_helps(office: R2a, subtests: pytest.Subtests) -> None:
    for arguments, sentence in STREAMS:
        with subtests.test(" ".join(arguments)):
            assert sentence in office.refused(*arguments)
    assert office.ask("SELECT count(*) FROM cfg.moh_class") == [(0,)]


def test_voice_guide_that_is_heard_stays(office: R2a) -> None:
    office.well("voice", "add", "fr", "--sound-prefix", "/srv/sounds/fr")
    office.well("voice", "set", "fr", "--say-module", "en")
    office.well("tenant", "set", "acme", "--language", "fr")
    office.well("extension", "set", "1001", "--language", "fr")
    office.well("phrase", "add", "closed@a.example.com", "--language", "fr", "--play", "x.wav")
    voice = next(one for one in office.well("voice", "list", "--json").json if one["language"] == "fr")
    assert voice == {"language": "fr", "say_module": "en", "sound_prefix": "/srv/sounds/fr", "tenants": 1, "extensions": 1, "phrases": 1}
    assert office.refused("voice", "delete", "fr", "--yes") == (
        "r2a: voice guide fr is still heard: tenant acme, extension 1001@a.example.com, phrase closed@a.example.com; "
        "set another --language there first\n"
    )
    office.well("tenant", "set", "acme", "--language", "es")
    office.well("extension", "set", "1001", "--language", "")
    office.well("phrase", "delete", "closed@a.example.com", "--yes")
    assert office.well("extension", "show", "1001", "--json").json["language"] is None
    office.well("voice", "delete", "fr", "--yes")
    for number in range(2, 9):
        office.well("extension", "add", f"100{number}", "--name", "N", "--no-device", "--language", "es")
    assert "extension 1005@a.example.com and more; set" in office.refused("voice", "delete", "es", "--yes")


def test_codecs_of_extension_gateway_and_profile(office: R2a) -> None:
    office.well("extension", "add", "1002", "--name", "Bob", "--no-device", "--codecs", "opus, PCMU@8000h@20i")
    office.well("gateway", "add", "g", "--proxy", "h", "--codecs", "PCMA,ilbc")
    office.well("profile", "set", "internal", "--codecs", "OPUS,G722")
    assert office.well("extension", "show", "1002", "--json").json["codecs"] == "OPUS,PCMU@8000h@20i"
    assert office.well("gateway", "show", "g", "--json").json["codecs"] == "PCMA,iLBC"
    params = {param["name"]: param["value"] for param in office.well("profile", "show", "internal", "--json").json["params"]}
    assert (params["inbound-codec-prefs"], params["outbound-codec-prefs"]) == ("OPUS,G722", "OPUS,G722")
    office.well("extension", "set", "1002", "--codecs", "G722")
    office.well("extension", "set", "1002", "--ring-timeout-s", "9")
    assert office.well("extension", "show", "1002", "--json").json["codecs"] == "G722"
    for noun, name in (("extension", "1002"), ("gateway", "g")):
        office.well(noun, "set", name, "--no-codecs")
        assert office.well(noun, "show", name, "--json").json["codecs"] is None
        office.refused(noun, "set", name, "--no-codecs", "--codecs", "PCMU", code=2)
    office.well("profile", "set", "internal", "--no-codecs")
    assert not {"inbound-codec-prefs", "outbound-codec-prefs"} & {
        param["name"] for param in office.well("profile", "show", "internal", "--json").json["params"]
    }


CODECS = [
    ("OPUS,G7222", "there is no codec 'G7222'; known are OPUS, G722, PCMU, PCMA"),
    ("", "there is no codec ''; known are"),
    ("PCMU,", "there is no codec ''; known are"),
    ("PCMU@20", "'PCMU@20' should be a codec, with @RATEh (Hz), @TIMEi (ms) or @RATEb (bit/s) behind it"),
    ("PCMU@8k", "'PCMU@8k' should be a codec"),
    ("PCMU,PCMA,pcmu", "the codec PCMU is there twice"),
    (",".join(codec_names.KNOWN[:17]), "17 codecs are more than 16"),
]


def test_codecs_that_are_refused(office: R2a, subtests: pytest.Subtests) -> None:
    office.well("gateway", "add", "g", "--proxy", "h")
    for text, sentence in CODECS:
        for noun, name in (("extension", "1001"), ("gateway", "g"), ("profile", "internal")):
            with subtests.test(f"{noun} {text}"):
                assert sentence in office.refused(noun, "set", name, "--codecs", text)


def test_every_known_codec_fits_the_schema(office: R2a) -> None:
    for name in codec_names.KNOWN:
        office.ask("SELECT (%s)::cfg.codecs", f"{name}@8000h@20i")
