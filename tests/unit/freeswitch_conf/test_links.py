"""The tree is handed to FreeSWITCH's user; what root rewrites there later must not follow a link that user has made."""

from __future__ import annotations

from pathlib import Path

import pytest

from r2a_admin.freeswitch_conf.documents import StaticFile
from r2a_admin.freeswitch_conf.output import MARKER, OutputRefusedError, write

FILES = [StaticFile(name="autoload_configs/acl.conf.xml", text=b"<a/>"), StaticFile(name="freeswitch.xml", text=b"<b/>")]


def test_files_are_not_written_through_a_linked_folder(tmp_path: Path) -> None:
    elsewhere, tree = tmp_path / "elsewhere", tmp_path / "tree"
    elsewhere.mkdir()
    write(tree, FILES)
    (tree / "autoload_configs/acl.conf.xml").unlink()
    (tree / "autoload_configs").rmdir()
    (tree / "autoload_configs").symlink_to(elsewhere)
    with pytest.raises(OutputRefusedError, match="is a link"):
        write(tree, FILES)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("name", ["zz/shadow", "zz/shadow.xml"])
def test_nothing_is_removed_through_a_link_whatever_the_marker_lists(tmp_path: Path, name: str) -> None:
    elsewhere, tree = tmp_path / "elsewhere", tmp_path / "tree"
    elsewhere.mkdir()
    victim = elsewhere / Path(name).name
    victim.write_text("keep")
    write(tree, FILES)
    (tree / "zz").symlink_to(elsewhere)
    with (tree / MARKER).open("a") as marker:
        marker.write(f"{name}\n")
    try:
        write(tree, FILES)
    except OutputRefusedError as error:
        assert "is a link" in str(error)
    assert victim.read_text() == "keep"
