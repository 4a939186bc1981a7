"""Whether a new file can be loaded: what a run decides by, and what a dry run foretells by.

Policies come first, for they need no look at the file; then its reader's check, then what only the
table knows: its columns, and how many misfits it allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.files.path_columns import path_columns
from ingest.ledger.table import State
from ingest.policies import Held, beyond_limits, verdict
from ingest.raw.column_types import name_of
from ingest.raw.conversion import fitted
from ingest.raw.table import RawTable
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, FileChangedError, Reader, UnreadableFileError
from saleslake.lake import Lake

LARGE_FILE = 32 << 20
"""From this size in bytes on, a file's check takes long enough to say how far it is."""

Check = Callable[[DeliveredFile], CheckedFile]
"""Reads a file whole and holds it against its table."""

Count = Callable[[str, int, int], None]
"""Told how far a long step is: its name, how much is done, and how much there is."""


def uncounted(_step: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Judge:
    """Says of one table's files whether they can be loaded.

    Attributes:
        raw: the table.
        reader: of its files.
        count: told how far the check of a large file is.
    """

    raw: RawTable
    reader: Reader
    count: Count

    def decide(
        self, file: DeliveredFile, held: Held, check: Check | None = None
    ) -> tuple[State, CheckedFile | str]:
        """Return what a new file becomes, and what is in it or why it is not loaded.

        Args:
            file: the file.
            held: what the table holds; grows by a file that is to be loaded.
            check: does what ``check`` of the judge does; None for that itself.

        Raises:
            FileNotFoundError: it vanished since it was listed.
        """
        stopped = verdict(file, self.raw.table, held)
        if stopped:
            return stopped
        try:
            checked = (check or self.check)(file)
        except UnreadableFileError as error:
            return State.SET_ASIDE, error.reason
        if checked.empty:
            return State.IGNORED, checked.empty
        held.claim(file.path, file.content_hash)
        return State.PLANNED, checked

    def check(self, file: DeliveredFile) -> CheckedFile:
        """Read a file whole and hold it against its table.

        Raises:
            UnreadableFileError: it has to be set aside.
            FileNotFoundError: it vanished since it was listed.
        """
        checked = self.read(file)
        options = self.raw.table.options
        unknown = self.raw.unknown_columns(checked.columns) if options.refuses_columns else ()
        if unknown:
            raise UnreadableFileError(
                f"brings new columns: {', '.join(unknown)} "
                "(cloudFiles.schemaEvolutionMode is failOnNewColumns)"
            )
        if too_many := beyond_limits(checked, self.raw.table):
            raise UnreadableFileError(too_many)
        if not checked.empty:
            self._check_keys(file, checked)
        return checked

    def _check_keys(self, file: DeliveredFile, checked: CheckedFile) -> None:
        """Refuse a file of which a business key does not fit its column.

        Other values are rescued; a record without its key would be another one, or none.
        """
        types = self.raw.key_types()
        places = [
            (at, name, types[name.lower()])
            for at, name in enumerate(checked.columns)
            if name.lower() in types
        ]
        if not places:
            return
        try:
            for records in self.reader.records(file.location, file.content_hash, checked):
                for at, name, data_type in places:
                    misfits = fitted(records.batch.column(at), data_type).misfits
                    if misfits is None:
                        continue
                    first = records.numbers.filter(misfits)[0].as_py()
                    raise UnreadableFileError(
                        f"record {first}: its {name}, of the business key, is no "
                        f"{name_of(data_type)}, which the table has it as"
                    )
        except FileChangedError as error:
            raise UnreadableFileError("it changed while it was checked") from error

    def read(self, file: DeliveredFile) -> CheckedFile:
        """Read a file whole, whatever its table makes of it; errors as in ``check``."""
        checked = self._read(file)
        return replace(checked, path_columns=path_columns(file.path, checked, self.raw.table))

    def _read(self, file: DeliveredFile) -> CheckedFile:
        try:
            if file.size < LARGE_FILE:
                return self.reader.check(file.location)
            step = f"{self.raw.table.name}: checking {file.name}, MB"
            return self.reader.check(
                file.location,
                # Every byte is read twice.
                lambda read: self.count(step, (read >> 21), file.size >> 20),
            )
        except FileNotFoundError:
            raise
        except OSError as error:
            why = (error.strerror or "error of the disk").lower()
            raise UnreadableFileError(f"cannot be read: {why}") from error


def judge_of(table: DeliveredTable, lake: Lake, count: Count) -> Judge:
    """Return the judge of a table of a lake, which need not be there yet."""
    raw = RawTable(lake.raw_table(table.source, table.table), table)
    return Judge(raw, reader_of(table), count)
