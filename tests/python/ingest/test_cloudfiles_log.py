"""The log of files: what a crash, a full disk or somebody else's hand leaves of it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.cloudfiles.events import Committed, Entry, FileState, HandedOut, Note, Start
from ingest.cloudfiles.log import Log
from ingest.cloudfiles.log_file import NAME, LogFile, read_log
from ingest.cloudfiles.offsets import Offset
from ingest.cloudfiles.planning import Limits, end_of_batch, first_with_new, misfit
from ingest.cloudfiles.schema import extended, schema_versions, write_versions
from saleslake.stream_errors import StreamInUseError, StreamLogError


def entry(path: str, size: int = 10, columns: tuple[str, ...] = ("a",)) -> Entry:
    return Entry(0, path, size, 0, "s", f"hash of {path}", columns, rows=1, rejected=0)


def note(path: str) -> Note:
    return Note(path, 1, 0, "s", "", "set_aside", "why", "")


def added(log_file: LogFile, *paths: str) -> None:
    log_file.append(log_file.log.numbered([entry(path) for path in paths]))


def start(stream: str, after: int = 0, *, again: bool = False) -> Start:
    return Start(stream, after, again, "2026-01-01")


@pytest.fixture
def log_file(tmp_path: Path) -> LogFile:
    opened = LogFile(tmp_path)
    added(opened, "x", "y")
    opened.append([note("z"), start("s1"), HandedOut("s1", 2), Committed("s1", 1)])
    return opened


def test_what_was_added_is_read_again(log_file: LogFile, tmp_path: Path) -> None:
    log_file.close()
    log = read_log(tmp_path)
    assert log == log_file.log
    assert [one.number for one in log.entries] == [1, 2]
    assert [log.state_of(number) for number in (1, 2)] == ["committed", "handed_out"]


def test_an_append_that_was_cut_off_never_happened(log_file: LogFile, tmp_path: Path) -> None:
    log_file.close()
    with (tmp_path / NAME).open("ab") as handle:
        handle.write(b'{"kind": "file", "number": 3, "path": "' + b"x" * 1000)
    opened = LogFile(tmp_path)
    assert opened.log.last == 2
    added(opened, "w")
    opened.close()
    again = read_log(tmp_path)
    assert again is not None
    assert [one.path for one in again.entries] == ["x", "y", "w"]


def test_a_failed_append_is_taken_back(
    log_file: LogFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            added(log_file, "w")
    assert (tmp_path / NAME).read_bytes() == before
    assert log_file.log.last == 2
    added(log_file, "w")
    log_file.close()
    assert read_log(tmp_path) == log_file.log


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (0, '{"kind": "log", "version": 2}'),
        (1, None),  # a lost line: the next does not follow
        (1, "garbage"),
        (2, '{"kind": "unknown"}'),
        (4, None),  # a batch of a stream that never started
    ],
)
def test_a_damaged_log_is_refused(
    log_file: LogFile, tmp_path: Path, line: int, instead: str | None
) -> None:
    log_file.close()
    file = tmp_path / NAME
    lines = file.read_text().splitlines()
    lines[line : line + 1] = [] if instead is None else [instead]
    file.write_text("".join(f"{text}\n" for text in lines))
    with pytest.raises(StreamLogError, match="Restore it from a copy"):
        LogFile(tmp_path)
    file.unlink()
    LogFile(tmp_path).close()  # the refusal left no lock behind


def test_another_file_under_a_number_is_noticed(log_file: LogFile, tmp_path: Path) -> None:
    log_file.close()
    file = tmp_path / NAME
    lines = file.read_text().splitlines()
    lines[2] = json.dumps(json.loads(lines[2]) | {"path": "other"})
    file.write_text("".join(f"{text}\n" for text in lines))
    with pytest.raises(StreamLogError, match="line 3"):
        LogFile(tmp_path)


def test_only_one_process_has_it(log_file: LogFile, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from ingest.cloudfiles.log_file import LogFile; "
    child = [sys.executable, "-c", code + "LogFile(Path(sys.argv[1])).close()", str(tmp_path)]
    refused = subprocess.run(child, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"in use by another query (process {os.getpid()})" in refused.stderr
    with pytest.raises(StreamInUseError):
        LogFile(tmp_path, wait=0.1)
    log_file.close()
    assert subprocess.run(child, check=False).returncode == 0


def test_an_offset_fits_only_its_own_log() -> None:
    log = Log()
    log.take(start("s1"))
    for event in log.numbered([entry("x"), entry("y")]):
        log.take(event)
    fits = Offset(2, "s1", log.digest(2))
    assert misfit(log, fits) is None
    assert "does not know" in str(misfit(log, Offset(2, "s2", log.digest(2))))
    assert "ends with file 2" in str(misfit(log, Offset(3, "s1", log.digest(2))))
    assert "is not the checkpoint's" in str(misfit(log, Offset(1, "s1", log.digest(2))))
    log.take(start("s2", after=2))
    assert "took the stream over" in str(misfit(log, fits))


def test_everything_again_forgets_what_was_known() -> None:
    log = Log()
    for event in [*log.numbered([entry("x")]), start("s1"), HandedOut("s1", 1)]:
        log.take(event)
    assert log.knows("x", "hash of x")
    log.take(start("s2", after=1, again=True))
    assert not log.knows("x", "hash of x")
    assert (log.handed_out, log.since) == (1, 1)
    for event in log.numbered([entry("x")]):
        log.take(event)
    assert log.state_of(2) is FileState.WAITING


@pytest.mark.parametrize(
    ("limits", "count"),
    [
        (Limits(), 4),
        (Limits(files=3), 3),
        (Limits(bytes=20), 2),
        (Limits(bytes=21), 3),
        (Limits(bytes=1), 1),  # one file at least, or a large one would stop the stream
        (Limits(files=3, bytes=15), 2),
        (Limits(files=1, bytes=100), 1),
    ],
)
def test_both_limits_hold(limits: Limits, count: int) -> None:
    assert end_of_batch([entry(path) for path in "abcd"], limits) == count
    assert end_of_batch([], limits) == 0


def test_new_columns_are_told_without_regard_to_case() -> None:
    waiting = [entry("x", columns=("A", "b")), entry("y", columns=("a", "C", "d"))]
    found = first_with_new(waiting, ("a", "B"))
    assert found == (waiting[1], ("C", "d"))
    assert first_with_new(waiting, ("a", "b", "c", "d")) is None


def test_each_version_of_the_schema_names_the_file_that_caused_it(tmp_path: Path) -> None:
    versions = extended(None, [("x", ("a", "b")), ("y", ("B", "a")), ("z", ("c", "a"))])
    assert [(one.version, one.columns, one.added, one.caused_by) for one in versions] == [
        (0, ("a", "b"), ("a", "b"), "x"),
        (1, ("a", "b", "c"), ("c",), "z"),
    ]
    write_versions(tmp_path, versions)
    assert schema_versions(tmp_path) == versions
    assert extended(versions[-1], [("z", ("c", "a"))]) == []
    (tmp_path / "_schemas" / "1").write_text("{")
    with pytest.raises(StreamLogError, match="_schemas/1 is damaged"):
        schema_versions(tmp_path)


def test_closing_it_twice_touches_no_other_file(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "state")
    log.close()
    other = tmp_path / "other"
    other.write_text("kept", encoding="utf-8")
    with other.open("r+b", buffering=0) as handle:  # gets the number that is free now
        log.close()
        assert handle.read() == b"kept"
