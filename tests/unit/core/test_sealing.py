"""Sealing: what the database holds opens with the key of the installation and with no other, and says so in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from r2a_core.environ import Environment, Secret
from r2a_core.errors import R2aError, SettingsError
from r2a_core.sealing import SealingError, SealingKey, new_key

CLEAR = "trunk password, with \u00fc and 'quotes'"


def sealing_key() -> SealingKey:
    return SealingKey(Secret(new_key()))


def test_what_was_sealed_opens() -> None:
    key = sealing_key()
    assert key.open(key.seal(CLEAR)) == CLEAR


def test_what_is_sealed_shows_nothing_and_is_never_the_same_twice() -> None:
    key = sealing_key()
    assert b"trunk" not in key.seal(CLEAR)
    assert key.seal(CLEAR) != key.seal(CLEAR)


def test_a_memoryview_opens_as_well() -> None:
    key = sealing_key()
    assert key.open(bytes(memoryview(key.seal(CLEAR)))) == CLEAR


def test_another_key_is_a_clear_error() -> None:
    sealed = sealing_key().seal(CLEAR)
    with pytest.raises(SealingError, match="another R2A_SECRET_KEY") as raised:
        sealing_key().open(sealed)
    assert isinstance(raised.value, R2aError)
    assert "trunk" not in str(raised.value)


@pytest.mark.parametrize("position", [0, 1, 20, -1])
def test_what_was_damaged_is_a_clear_error(position: int) -> None:
    key = sealing_key()
    damaged = bytearray(key.seal(CLEAR))
    damaged[position] ^= 1
    with pytest.raises(SealingError):
        key.open(bytes(damaged))


@pytest.mark.parametrize("stored", [b"", b"\x00\xff", b"clear text"])
def test_what_was_never_sealed_is_a_clear_error(stored: bytes) -> None:
    with pytest.raises(SealingError):
        sealing_key().open(stored)


def test_no_key_says_which_variable_and_how_to_make_one() -> None:
    for use in (lambda: SealingKey(None).seal(CLEAR), lambda: SealingKey(None).open(b"x")):
        with pytest.raises(SealingError, match=r"R2A_SECRET_KEY.*r2a secret-key"):
            use()


@pytest.mark.parametrize("wrong", ["short", "x" * 44, new_key()[:-2], "\u00fc" * 44])
def test_a_wrong_key_is_named_and_not_shown(wrong: str) -> None:
    env = Environment({"R2A_SECRET_KEY": wrong})
    SealingKey.from_environment(env)
    with pytest.raises(SettingsError, match="R2A_SECRET_KEY") as raised:
        env.check()
    assert wrong not in str(raised.value)


def test_the_key_of_a_file(tmp_path: Path) -> None:
    text = new_key()
    (tmp_path / "key").write_text(text + "\n", encoding="ascii")
    env = Environment({"R2A_SECRET_KEY_FILE": str(tmp_path / "key")})
    from_file = SealingKey.from_environment(env)
    env.check()
    assert SealingKey(Secret(text)).open(from_file.seal(CLEAR)) == CLEAR


def test_a_key_does_not_print_itself() -> None:
    text = new_key()
    assert text not in repr(SealingKey(Secret(text)))
