"""Landing files, as a run and `saleslake ingest` do it: the lake is locked by the caller."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from command.landing import Landing, write_sample
from command.logs import RunLog
from command.progress import Progress
from command.stopping import raise_if_stopped
from ingest.catalogue.tables import Catalogue
from ingest.loader import ingest
from ingest.planning import Wanted, every_file
from ingest.result import IngestResult
from saleslake.errors import SaleslakeError
from saleslake.lake import Lake

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@contextmanager
def failure_logged(log: RunLog) -> Iterator[None]:
    """Write down what ended a run before its end: the log of a killed run just stops."""
    try:
        yield
    except KeyboardInterrupt:
        log.write("run stopped")
        raise
    except SaleslakeError as error:
        log.write("run failed", error=type(error).__name__, message=error.cause)
        raise
    except Exception as error:
        log.write("run failed", error=type(error).__name__)
        raise


def finish_restore(lake: Lake, catalogue: Catalogue, now: datetime, progress: Progress) -> None:
    """Finish a restore that was interrupted, before anything is made of it."""
    if lake.pending_restore.exists():
        from maintenance.restore import finish_pending  # lazy: seldom needed

        finish_pending(lake, catalogue, now, progress.step)


@dataclass(frozen=True)
class _StoppableProgress:
    """Progress of native code, in which a signal's exception may be lost: it is raised again."""

    progress: Progress

    def step(self, text: str) -> None:
        raise_if_stopped()
        self.progress.step(text)

    def count(self, text: str, done: int, total: int) -> None:
        raise_if_stopped()
        self.progress.count(text, done, total)


def land(  # noqa: PLR0913 - from where, into what, and whom to tell
    landing: Landing,
    lake: Lake,
    catalogue: Catalogue,
    progress: Progress,
    log: RunLog,
    *,
    tables: Collection[str] | None = None,
    wanted: Wanted = every_file,
) -> IngestResult:
    """Land the new files of a chosen landing folder; the caller holds the lake's lock.

    Args:
        landing: the landing folder.
        lake: the lake.
        catalogue: the delivered tables.
        progress: told what is being done.
        log: of the run.
        tables: names of the tables to load; None for all.
        wanted: see ``ingest.loader.ingest``.

    Raises:
        SaleslakeError: the lake cannot be written, or holds the other kind of data.
    """
    lake.mark(landing.kind)
    told = _StoppableProgress(progress)
    if landing.kind == "sample":
        progress.step("Writing sample files")
        write_sample(lake, told.count)
    told.step("Looking for new files")
    result = ingest(
        landing.folder,
        lake,
        catalogue,
        run_id=log.run_id,
        now=utc_now(),
        tables=tables,
        wanted=wanted,
        progress=told.step,
        count=told.count,
    )
    raise_if_stopped()
    for table in result.tables:
        log.write(
            "table landed",
            table=table.name,
            files=table.files_loaded,
            rows_read=table.rows_read,
            rows_loaded=table.rows_loaded,
            rows_quarantined=table.rows_quarantined,
            files_set_aside=len(table.set_aside),
            failure=table.failure,
        )
    return result
