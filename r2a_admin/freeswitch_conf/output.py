"""Writes the tree to a folder: file by file, each complete or not there at all, and never over something that is not ours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from r2a_admin.freeswitch_conf.documents import StaticFile
from r2a_core.errors import R2aError

#: Shows that a folder is ours, and lists the files we put there.
MARKER = ".r2a-freeswitch-conf"
_MARKER_HEAD = "Written by `r2a freeswitch-conf`; the files below are rewritten by it."


class OutputRefusedError(R2aError):
    """The folder cannot be written; the text says why and what to do."""


def check(folder: Path) -> None:
    """Raise OutputRefusedError when `folder` exists and is neither empty nor one of ours."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise OutputRefusedError(f"{folder} is not a folder; name one that is new, empty, or was written by this command")
    try:
        foreign = any(folder.iterdir()) and not (folder / MARKER).is_file()
    except PermissionError as error:
        raise OutputRefusedError(f"{folder} cannot be read by this user; run the command as its owner") from error
    if foreign:
        raise OutputRefusedError(f"{folder} has files that this command did not write; name a new or empty folder, or move them away")


def write(folder: Path, files: Sequence[StaticFile]) -> None:
    """Put `files` into `folder`, the last one last, and remove what an earlier run wrote and this one does not. Raises OutputRefusedError."""
    check(folder)
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        owner = folder.stat()
        before = _listed(folder)
        # The marker comes first: a run that is cut short leaves a folder that the next run may complete.
        _replace(folder, StaticFile(name=MARKER, text="\n".join([_MARKER_HEAD, *sorted(before | {f.name for f in files}), ""]).encode()), owner)
        for file in files:
            _replace(folder, file, owner)
        for name in before - {file.name for file in files}:
            _inside(folder, name).unlink(missing_ok=True)
        _replace(folder, StaticFile(name=MARKER, text="\n".join([_MARKER_HEAD, *sorted(f.name for f in files), ""]).encode()), owner)
    except OSError as error:
        raise OutputRefusedError(f"{error.filename or folder}: {error.strerror}; nothing of the old tree is half written") from error


def _listed(folder: Path) -> set[str]:
    marker = folder / MARKER
    if not marker.is_file():
        return set()
    names = marker.read_text(encoding="utf-8").splitlines()[1:]
    # The list decides what is removed: nothing outside the folder, whatever somebody wrote into it.
    return {name for name in names if name.endswith(".xml") and not Path(name).is_absolute() and ".." not in Path(name).parts}


def _inside(folder: Path, name: str) -> Path:
    """Return the path of `name` in `folder`; raise OutputRefusedError when a link on the way leads elsewhere: root must not follow it."""
    target = folder / name
    if target.parent.is_symlink() or (target.parent.exists() and target.parent.resolve() != (folder.resolve() / name).parent):
        raise OutputRefusedError(f"{target.parent} is a link; this command writes no files through links, remove it")
    return target


def _replace(folder: Path, file: StaticFile, owner: os.stat_result) -> None:
    target = _inside(folder, file.name)
    if not target.parent.is_dir():
        target.parent.mkdir(mode=0o750)
        _give(target.parent, owner)
    # mkstemp makes it 0600 from its first byte on.
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".r2a-", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(file.text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o600 if file.secret else 0o640)
        _give(Path(temporary), owner)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _give(path: Path, owner: os.stat_result) -> None:
    # The folder was handed to FreeSWITCH's user once; what root rewrites later stays readable for it.
    if os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)
