"""What follows the next run's loading, file by file: deliveries held back, and files cleaned up.

A full delivery is compared with the one before by its keys. Those of files that are not loaded yet
are read from the files, in the types of the raw table, so that both are written alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from ingest.catalogue.tables import DeliveredTable
from ingest.files.clean_source import SourceCleaner
from ingest.files.discovery import DeliveredFile
from ingest.judge import Judge, uncounted
from ingest.ledger.deliveries import (
    Decision,
    Delivery,
    DeliveryState,
    Loss,
    decide,
    deliveries_of,
)
from ingest.ledger.full_deliveries import FullDeliveries, Keys
from ingest.ledger.table import Ledger, State
from ingest.planning import event_of, event_of_load
from ingest.raw.column_types import TEXT
from ingest.raw.conversion import Values, as_text, fitted
from ingest.raw.rows import FileToLoad
from ingest.readers.base import CheckedFile
from saleslake.lake import Lake

_BATCH = 1 << 62
"""Number of the batch that is not loaded yet: no other one has it."""

_INCOMPLETE = "then its delivery is INCOMPLETE, and what it lacks is not deleted"
_HELD_BACK = "then its delivery is HELD BACK, and nothing of it counts"


@dataclass(frozen=True)
class Looked:
    """A file of a table that the next run will load, or set aside.

    Attributes:
        file: the file.
        found: what is in it, or why it is set aside.
    """

    file: DeliveredFile
    found: CheckedFile | str


def deliveries_that_will_not_count(
    judge: Judge, lake: Lake, ledger: Ledger | None, looked: Sequence[Looked]
) -> Mapping[str, str]:
    """Return, by path, why the full delivery of a file that will be loaded will not count.

    Args:
        judge: of a table with ``delivery: full``.
        lake: the lake.
        ledger: of it; None where nothing has landed yet.
        looked: all files that the next run finds new, and that were read.
    """
    table = judge.raw.table
    new = [
        event_of(one.file, State.SET_ASIDE, one.found)
        if isinstance(one.found, str)
        else event_of_load(FileToLoad(one.file, one.found), table, _BATCH, State.COMMITTED)
        for one in looked
    ]
    deliveries, _ = deliveries_of([*(ledger.events() if ledger else ()), *new], table)
    keys = _Keys(judge, FullDeliveries(lake).keys(table), looked)
    decisions = decide(deliveries, table.largest_deleted_share, keys.loss)
    return {
        event.key.path: _told(decision, table)
        for decision in decisions
        if decision.state is not DeliveryState.APPLIED
        for event in decision.delivery.files
        if event.batch_id == _BATCH
    }


def _told(decision: Decision, table: DeliveredTable) -> str:
    is_incomplete = decision.state is DeliveryState.INCOMPLETE
    what = _INCOMPLETE if is_incomplete else _HELD_BACK
    return f"{what}: it {decision.reason}; if it is right: saleslake accept {table.name}"


@dataclass(frozen=True)
class _Keys:
    """Counts keys that a delivery lacks, of loaded files and of those that are not loaded yet."""

    judge: Judge
    loaded: Keys
    looked: Sequence[Looked]

    def loss(self, before: Delivery, delivery: Delivery) -> Loss:
        """Count the keys of a delivery, and how many of them the next one lacks."""
        if not any(file.batch_id == _BATCH for one in (before, delivery) for file in one.files):
            return self.loaded.loss(before, delivery)
        was, now = self._of(before), self._of(delivery)
        absent = was.join(now, keys=was.column_names, join_type="left anti")
        return Loss(was.num_rows, absent.num_rows)

    def _of(self, delivery: Delivery) -> pa.Table:
        """Return a delivery's distinct keys, as text without white space around it."""
        names = self.judge.raw.table.business_key
        old = [file for file in delivery.files if file.batch_id != _BATCH]
        new = {file.key.path for file in delivery.files if file.batch_id == _BATCH}
        tables = [self._plain(batch) for batch in self.loaded.of_files(old)] if old else []
        for one in self.looked:
            if one.file.path in new and isinstance(one.found, CheckedFile):
                tables += self._of_file(one.file, one.found)
        schema = pa.schema([(f"key{at}", pa.string()) for at in range(len(names))])
        whole = pa.concat_tables([schema.empty_table(), *tables])
        is_blank = reduce(pc.and_, [pc.equal(column, pa.scalar("")) for column in whole.columns])
        return whole.filter(pc.invert(is_blank)).group_by(whole.column_names).aggregate([])

    def _of_file(self, file: DeliveredFile, checked: CheckedFile) -> Iterator[pa.Table]:
        at = {name.lower(): place for place, name in enumerate(checked.columns)}
        types = self.judge.raw.key_types()
        for records in self.judge.reader.records(file.location, file.content_hash, checked):
            columns = [
                fitted(records.batch.column(at[name.lower()]), types.get(name.lower(), TEXT)).values
                for name in self.judge.raw.table.business_key
            ]
            yield self._plain(columns)

    @staticmethod
    def _plain(columns: Sequence[Values]) -> pa.Table:
        trimmed = (pc.utf8_trim(as_text(column), " ") for column in columns)
        texts = [text.fill_null("") for text in trimmed]
        return pa.table({f"key{at}": text for at, text in enumerate(texts)})


def cleaned_up(
    table: DeliveredTable,
    lake: Lake,
    ledger: Ledger | None,
    files: Sequence[DeliveredFile],
    loaded: Iterable[str],
) -> Mapping[str, str]:
    """Return, by path, where cloudFiles.cleanSource will take files of a table in the next run.

    Their content is not read: one that somebody changed, without its size and time, stays.

    Args:
        table: the table.
        lake: the lake.
        ledger: of it; None where nothing has landed yet.
        files: the table's files in the landing folder.
        loaded: paths of those that the run loads whole, and that count.
    """
    options = table.options
    if options.clean_source == "OFF":
        return {}
    place = f"moved to {options.clean_source_destination}"
    told = place if options.clean_source == "MOVE" else "deleted"
    paths = set(loaded) if not options.clean_source_retention else set()
    if ledger is not None:
        cleaner = SourceCleaner(table, lake, ledger, ledger.now, uncounted, lambda _: None)
        paths |= {file.path for file in cleaner.would_take(files)}
    return dict.fromkeys(paths, f"then {told} (cloudFiles.cleanSource)")
