"""`r2a import`: all of a file or none of it, and every wrong line by its number."""

from __future__ import annotations

import csv
import hashlib
import stat
import time
from pathlib import Path

import pytest

from tests.integration.admin.conftest import R2a

COUNT = "SELECT count(*) FROM cfg.extension"
STORED = "SELECT count(*) FROM cfg.device_credential WHERE realm = %s AND a1_md5 = %s"
WRONG = "number,name,password\n2001,Good,long-enough-1\n1001,Taken,long-enough-1\n20x,Bad,short\n2001,Twice,long-enough-1\n\n2003,a<b,\n"


def write(folder: Path, text: str | bytes) -> str:
    path = folder / "extensions.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_rows_become_extensions_with_a_device_and_hashes(office: R2a, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "number,name,password,auth_user,alias,ring_timeout_s,voicemail,voicemail_email,voicemail_pin,enabled\n"
        '2001,"Doe, Jane",long-enough-1,jane-desk,jane front,40,yes,jane@example.com,7391,no\n',
    )
    office.well("import", file, "--domain", "a.example.com")
    shown = office.well("extension", "show", "jane", "--json").json
    assert (shown["name"], shown["aliases"], shown["devices"]) == ("Doe, Jane", ["front", "jane"], ["jane-desk"])
    assert (shown["ring_timeout_s"], shown["voicemail_email"], shown["voicemail_pin_set"], shown["enabled"]) == (40, "jane@example.com", True, False)
    a1 = hashlib.md5(b"jane-desk:sip.a.example.com:long-enough-1").hexdigest()
    assert office.ask(STORED, "sip.a.example.com", a1) == [(1,)]


def test_ten_thousand_rows_in_one_transaction(office: R2a, tmp_path: Path) -> None:
    file = write(tmp_path, "number,name\n" + "".join(f"{number},Person {number}\n" for number in range(20000, 30000)))
    out = tmp_path / "passwords.csv"
    began = time.monotonic()
    office.well("import", file, "--domain", "a.example.com", "--passwords-out", str(out))
    # 20 s on a machine of its own; the bound is for one that is shared.
    assert time.monotonic() - began < 90
    assert office.ask(COUNT) == [(10001,)]
    assert office.ask("SELECT count(DISTINCT after ->> 'number') FROM cfg.change_log WHERE table_name = 'extension'") == [(10001,)]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with out.open() as lines:
        first = next(csv.DictReader(lines))
    a1 = hashlib.md5(f"20000:a.example.com:{first['password']}".encode()).hexdigest()
    assert office.ask(STORED, "a.example.com", a1) == [(1,)]


def test_one_wrong_line_imports_nothing_and_all_wrong_lines_are_named(office: R2a, tmp_path: Path) -> None:
    file = write(tmp_path, WRONG)
    said = office("import", file, "--domain", "a.example.com")
    assert said.code == 1
    assert office.ask(COUNT) == [(1,)]
    lines = [line.partition(" line ")[2] for line in said.err.splitlines()[:-1]]
    assert [line.split(":")[0] for line in lines] == ["4", "4", "5", "7"]
    assert "2001 is on line 2 already" in said.err
    assert "short" not in said.err
    assert "nothing was imported" in said.err.splitlines()[-1]


def test_names_the_domain_has_are_found_before_anything_is_written(office: R2a, tmp_path: Path) -> None:
    file = write(tmp_path, "number,name,alias,password\n2001,Good,,long-enough-1\n2002,Taken,alice,long-enough-1\n")
    line = office.refused("import", file, "--domain", "a.example.com")
    assert "line 3: alice belongs to extension 1001 of a.example.com already" in line
    assert office.ask(COUNT) == [(1,)]


def test_only_fifty_problems_are_printed(office: R2a, tmp_path: Path) -> None:
    file = write(tmp_path, "number,name\n" + "x,y\n" * 80)
    said = office("import", file, "--domain", "a.example.com")
    assert said.code == 1
    assert len(said.err.splitlines()) == 52
    assert "... and 30 more" in said.err


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfnumber,name,password\r\n2001,Jos\xc3\xa9,long-enough-1\r\n",
        b"number;name;password\n2001;Jane;long-enough-1\n",
        b"name\tnumber\tpassword\nJane\t2001\tlong-enough-1",
        b'Number , NAME,"password"\n\n 2001 , Jane ,long-enough-1\n\n',
    ],
    ids=["excel", "semicolons", "tabs", "spaces"],
)
def test_spellings_of_csv(office: R2a, tmp_path: Path, text: bytes) -> None:
    office.well("import", write(tmp_path, text), "--domain", "a.example.com")
    assert office.ask("SELECT count(*) FROM cfg.extension WHERE number = '2001'") == [(1,)]


FILES_THAT_ARE_WRONG = [
    (b"", "should name the columns"),
    (b"2001,Jane\n", "should name the columns"),
    (b"number,name,pasword\n", "did you mean password?"),
    (b"number,name,name\n", "names the column name twice"),
    (b"number,name\n", "no line after the header"),
    (b"number,name\n2001,Jos\xe9\n", "line 2 is not UTF-8 (byte 0xE9)"),
    (b"number,name\n2001,Ja\0ne\n", "line 2: holds a NUL"),
    (b"number,name\n2001," + b"x" * 1_000_000 + b"\n", "line 2: a field is longer than 4096"),
    (b'number,name\n2001,Jane\n2002,"open\n', "line 3"),
    (b"number,name\n2001,Jane,extra\n", "line 2: has 3 fields where the header has 2"),
    (b"number,name\n2001,Jane\n", "--passwords-out FILE"),
    (b"number,name,voicemail,password\n2001,Jane,maybe,long-enough-1\n", "voicemail should be yes or no"),
    (b"number,name,password\n2001,Jane,2001\n", "the password has fewer than 8"),
    (b"number,name,ring_timeout_s,password\n2001,Jane,\xd9\xa3\xd9\xa3,long-enough-1\n", "ring_timeout_s should be from 5 to 300"),
]


def test_files_that_are_wrong(office: R2a, tmp_path: Path, subtests: pytest.Subtests) -> None:
    for text, sentence in FILES_THAT_ARE_WRONG:
        with subtests.test(sentence):
            line = office.refused("import", write(tmp_path, text), "--domain", "a.example.com")
            assert sentence in line
            assert max(len(one) for one in line.splitlines()) < 500
            assert office.ask(COUNT) == [(1,)]


def test_no_such_file_and_no_such_domain(office: R2a, tmp_path: Path) -> None:
    assert "cannot be read" in office.refused("import", str(tmp_path / "none.csv"), "--domain", "a.example.com")
    out = tmp_path / "out.csv"
    file = write(tmp_path, "number,name\n2001,Jane\n")
    assert "did you mean" in office.refused("import", file, "--domain", "b.example.com", "--passwords-out", str(out))
    assert not out.exists()


def test_passwords_never_overwrite_and_a_dry_run_writes_none(office: R2a, tmp_path: Path) -> None:
    file = write(tmp_path, "number,name\n2001,Jane\n")
    out = tmp_path / "out.csv"
    assert office.well("import", file, "--domain", "a.example.com", "--passwords-out", str(out), "--dry-run").out.startswith("dry run")
    assert not out.exists()
    out.write_text("precious")
    assert "exists already" in office.refused("import", file, "--domain", "a.example.com", "--passwords-out", str(out))
    assert out.read_text() == "precious"
    assert office.ask(COUNT) == [(1,)]
