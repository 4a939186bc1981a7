"""What a person should know about single files and tables of a landing, each in one line.

The only place where it is put in words: the terminal, the page and ``saleslake status`` show these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from command.formats import counted
from ingest.result import HeldBack, NotLoaded, TableResult


@dataclass(frozen=True)
class Note:
    """One thing to know.

    Attributes:
        label: what kind of thing; in capitals when somebody has to act.
        subject: the file or the table.
        text: what happened to it; never a value of a cell. Empty when the label says it all.
    """

    label: str
    subject: str
    text: str

    @property
    def is_urgent(self) -> bool:
        """Whether somebody has to act."""
        return self.label.isupper()

    @property
    def line(self) -> str:
        """The note as one line of text."""
        return f"{self.label} {self.subject}: {self.text}"


def notes_of(
    tables: Sequence[TableResult], set_aside: Sequence[NotLoaded], ignored: Sequence[NotLoaded]
) -> list[Note]:
    """Return the notes of a landing, those first that ask somebody to act."""
    notes = [note for table in tables for note in _of_table(table)]
    notes += [set_aside_note(file.path, file.reason) for file in set_aside]
    notes += [Note("left out", file.path, file.reason) for file in ignored]
    return sorted(notes, key=lambda note: not note.is_urgent)


def set_aside_note(path: str, reason: str) -> Note:
    """Return the note of a file that could not be loaded."""
    return Note("SET ASIDE", path, reason)


def held_back_note(table: str, held: HeldBack) -> Note:
    """Return the note of a full delivery that does not count as one."""
    label = "INCOMPLETE" if held.is_incomplete else "HELD BACK"
    return Note(label, f"{held.delivery} of {table}", f"it {held.reason}")


def _of_table(landed: TableResult) -> Iterator[Note]:
    yield from _of_its_files(landed)
    yield from _of_its_records(landed)


def _of_its_files(landed: TableResult) -> Iterator[Note]:
    if landed.failure:
        yield Note("FAILED", landed.name, landed.failure)
    for aside in landed.set_aside:
        yield set_aside_note(aside.path, aside.reason)
    for file in landed.not_archived:
        yield Note("NOT ARCHIVED", file.path, file.reason)
    for held in landed.held_back:
        yield held_back_note(landed.name, held)
    for duplicate in landed.duplicates:
        yield Note("not loaded twice", duplicate, "the same content was loaded before")
    if landed.archived:
        count = len(landed.archived)
        told = "1 file" if count == 1 else f"{count:,} files"
        yield Note("cleaned up in landing for", landed.name, f"{told} (cloudFiles.cleanSource)")


def _of_its_records(landed: TableResult) -> Iterator[Note]:
    if landed.new_columns:
        yield Note("new columns in", landed.name, ", ".join(landed.new_columns))
    if landed.rows_rescued:
        told = f"{counted(landed.rows_rescued, 'record')} with values that have no place"
        yield Note("rescued in", landed.name, f"{told}: see _rescued_data")
    if landed.rows_superseded:
        told = f"{counted(landed.rows_superseded, 'record')}: a newer content of the file is loaded"
        yield Note("closed in the quarantine of", landed.name, told)
    if landed.missing_columns:
        yield Note("missing columns in", landed.name, ", ".join(landed.missing_columns))
