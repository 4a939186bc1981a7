"""What a run of ingest found and did; all that its caller needs to report it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from deltalake.exceptions import DeltaError


@dataclass(frozen=True)
class NotLoaded:
    """A file that was not loaded, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class HeldBack:
    """A full delivery that does not count as one, and why.

    Attributes:
        delivery: its file, or its folder.
        reason: what it lacks.
        is_incomplete: its records count and its gaps delete nothing; otherwise nothing of it counts
            until it is accepted.
    """

    delivery: str
    reason: str
    is_incomplete: bool


@dataclass
class TableResult:
    """What a run did for one table.

    Attributes:
        source: name of the source.
        table: name of the raw table.
        files_loaded: files whose records this run committed, replayed batches included.
        files_known: delivered files that earlier runs loaded.
        rows_read: records in the loaded files; rows_loaded + rows_quarantined, always.
        rows_loaded: records now in the raw table.
        rows_quarantined: records now in the quarantine.
        rows_rescued: records that this run wrote with values in ``_rescued_data``.
        rows_superseded: records in the quarantine that this run closed, because it loaded a newer
            content of their file.
        new_columns: columns that this run added to the raw table.
        files_without_records: its files in which there is nothing to load, or that are left out.
        missing_columns: expected columns that some loaded file does not have.
        set_aside: its files in the landing folder that cannot be loaded, found now or before.
        duplicates: paths whose content was loaded under another path.
        held_back: full deliveries that do not count, as long as no later one is applied.
        archived: paths of files that cloudFiles.cleanSource took out of the landing folder.
        not_archived: files that it had to and could not take out.
        failure: what stopped this table, None if nothing did. Its files stay planned or new, and
            the next run tries them again.
        files_outstanding: its files in the landing folder that the next run has to load: those of
            a table that was stopped.
        bytes_outstanding: their size.
    """

    source: str
    table: str
    files_loaded: int = 0
    files_known: int = 0
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_rescued: int = 0
    rows_superseded: int = 0
    files_without_records: int = 0
    new_columns: list[str] = field(default_factory=list)
    missing_columns: list[str] = field(default_factory=list)
    set_aside: list[NotLoaded] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    not_archived: list[NotLoaded] = field(default_factory=list)
    failure: str | None = None
    files_outstanding: int = 0
    bytes_outstanding: int = 0

    @property
    def name(self) -> str:
        """Source and table, such as ``crm.cust_info``."""
        return f"{self.source}.{self.table}"


@dataclass
class IngestResult:
    """What a run did.

    Attributes:
        run_id: the run.
        batch_id: the number of its last batch; None when there was no new file to load.
        replayed_batches: batches that an earlier run planned and this one finished.
        tables: one for each table of the catalogue, in its order.
        ignored: what lies in the landing folder and is no delivered data, or is left out by an
            option.
        set_aside: what could not be read and is of no known table, such as a whole folder.
    """

    run_id: str
    batch_id: int | None = None
    replayed_batches: list[int] = field(default_factory=list)
    tables: list[TableResult] = field(default_factory=list)
    ignored: list[NotLoaded] = field(default_factory=list)
    set_aside: list[NotLoaded] = field(default_factory=list)

    @property
    def anything_new(self) -> bool:
        """Whether a raw table or the quarantine holds more than before."""
        return any(table.files_loaded for table in self.tables)

    @property
    def anything_set_aside(self) -> bool:
        """Whether a file or delivery waits for somebody, or this run quarantined records."""
        return bool(self.set_aside) or any(
            table.set_aside or table.held_back or table.rows_quarantined or table.not_archived
            for table in self.tables
        )

    @property
    def no_file_matched(self) -> bool:
        """Whether the landing folder holds files, and none of any table: a renamed export, say."""
        return bool(self.ignored) and not any(
            table.files_loaded
            or table.files_known
            or table.files_without_records
            or table.set_aside
            or table.duplicates
            for table in self.tables
        )

    @property
    def anything_failed(self) -> bool:
        """Whether a table was stopped by something other than its files."""
        return any(table.failure for table in self.tables)

    def to_json(self) -> dict[str, object]:
        """Return everything as plain values for ``json.dumps``."""
        return {
            **asdict(self),
            "anything_new": self.anything_new,
            "anything_set_aside": self.anything_set_aside,
            "anything_failed": self.anything_failed,
        }


def failure_of(error: Exception) -> str:
    """Say what stopped a table: of an error whose text may quote a cell, only its kind."""
    kind = type(error).__name__
    if not isinstance(error, DeltaError | OSError):
        return kind
    first_line = (str(error).splitlines() or [""])[0]
    return f"{kind}: {first_line[:300]}"
