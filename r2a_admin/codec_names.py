"""Codec preferences as people type them: which names there are, and how they are written in the database."""

from __future__ import annotations

import re

from r2a_core.errors import R2aError

#: What FreeSWITCH's own modules register. It compares names without their case; written is always what stands here.
KNOWN = (
    "OPUS", "G722", "PCMU", "PCMA", "G729", "GSM", "iLBC", "AMR", "AMR-WB", "speex", "L16", "SILK", "G723", "G7221",
    "G726-16", "G726-24", "G726-32", "G726-40", "AAL2-G726-16", "AAL2-G726-24", "AAL2-G726-32", "AAL2-G726-40",
    "BV16", "BV32", "CODEC2", "DVI4", "LPC", "VP8", "VP9", "AV1", "H261", "H263", "H263-1998", "H263-2000", "H264",
)  # fmt: skip
#: At most so many in a list (cfg.codecs).
LONGEST = 16
_WRITTEN = {name.lower(): name for name in KNOWN}
#: Sampling rate in Hz, packet time in ms, bit rate in bit/s. FreeSWITCH reads 8k as 8 Hz.
_SUFFIX = re.compile(r"[0-9]{1,6}[hib]")


class CodecRefusedError(R2aError):
    """A list of codecs that FreeSWITCH would not understand; the text says what is wrong with it."""


def read(text: str) -> str:
    """Return the list of codecs as it is stored, the most wanted first; raise CodecRefusedError."""
    codecs = [_read_one(part.strip()) for part in text.split(",")]
    if len(codecs) > LONGEST:
        raise CodecRefusedError(f"{len(codecs)} codecs are more than {LONGEST}; name the ones that are wanted")
    twice = next((codec for codec in codecs if codecs.count(codec) > 1), None)
    if twice:
        raise CodecRefusedError(f"the codec {twice} is there twice")
    return ",".join(codecs)


def _read_one(text: str) -> str:
    name, *suffixes = text.split("@")
    if name.lower() not in _WRITTEN:
        raise CodecRefusedError(f"there is no codec {name!r}; known are {', '.join(KNOWN)}")
    for suffix in suffixes:
        if not _SUFFIX.fullmatch(suffix):
            raise CodecRefusedError(f"{text!r} should be a codec, with @RATEh (Hz), @TIMEi (ms) or @RATEb (bit/s) behind it, like PCMU@8000h@20i")
    return "@".join((_WRITTEN[name.lower()], *suffixes))
