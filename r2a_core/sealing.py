"""Seals the few secrets that FreeSWITCH needs in clear (gateways, reverse authentication) with a key that is not in the database."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken

from r2a_core.environ import Environment, Secret
from r2a_core.errors import R2aError


class SealingError(R2aError):
    """A secret cannot be sealed or opened; the text says which key is missing or wrong."""


class SealingKey:
    """The key of one installation: seal() before it goes to the database, open() when FreeSWITCH asks. None = no key was given."""

    def __init__(self, key: Secret | None) -> None:
        self._fernet = Fernet(key.reveal().encode()) if key else None

    @classmethod
    def from_environment(cls, env: Environment) -> SealingKey:
        """Read R2A_SECRET_KEY or R2A_SECRET_KEY_FILE: 32 bytes in URL-safe base64, as `r2a secret-key` prints them."""
        key = env.secret("R2A_SECRET_KEY")
        try:
            return cls(key)
        except ValueError:
            env.problem("R2A_SECRET_KEY", "should be 32 bytes in URL-safe base64; `r2a secret-key` makes one")
            return cls(None)

    def seal(self, clear: str) -> bytes:
        return self._need().encrypt(clear.encode())

    def open(self, sealed: bytes) -> str:
        """Return the clear secret; raise SealingError when it was sealed with another key."""
        try:
            return self._need().decrypt(bytes(sealed)).decode()
        except InvalidToken as error:
            raise SealingError(
                "a stored secret was sealed with another R2A_SECRET_KEY; set the key of this installation, or set the secret again"
            ) from error

    def _need(self) -> Fernet:
        if self._fernet is None:
            raise SealingError("R2A_SECRET_KEY (or R2A_SECRET_KEY_FILE) is not set, and this secret needs it; `r2a secret-key` makes one")
        return self._fernet


def new_key() -> str:
    """Return a fresh key in the form R2A_SECRET_KEY takes."""
    return Fernet.generate_key().decode()
