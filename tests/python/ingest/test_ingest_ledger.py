"""The latest event of a file is its state; reading it stays fast."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from deltalake import DeltaTable

from ingest import delta
from ingest.ledger.table import Event, FileKey, Ledger, State
from ingest.planning import held_by_table, pending_batches

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def event(path: str, state: State, batch_id: int | None = None) -> Event:
    return Event(FileKey("erp", "loc_a101", path, f"hash of {path}"), 7, NOW, state, batch_id)


def test_the_latest_event_counts_after_reading_too(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "run", NOW)
    planned = event("a", State.PLANNED, 3)._replace(rows_read=5, rows_loaded=4, rows_quarantined=1)
    stranger = Event(FileKey("", "", "b", ""), 0, NOW, State.IGNORED, reason="why")
    ledger.record([planned, stranger])
    ledger.record([planned.becomes(State.COMMITTED)])
    committed = planned.becomes(State.COMMITTED)._replace(committed_at=NOW)
    for found in (ledger, Ledger(tmp_path, "run", NOW)):
        assert found.state_of(planned.key) == committed
        assert found.state_of(stranger.key) == stranger
        assert found.last_batch_id == 3
        assert found.loaded_batch_id("erp", "loc_a101") == 3
        assert found.state_of(planned.key._replace(content_hash="new")) is None


def test_nothing_to_record_writes_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "run", NOW)
    ledger.record([])
    assert DeltaTable(tmp_path).version() == 0


def test_a_file_set_aside_holds_no_rows() -> None:
    planned = event("a", State.PLANNED, 3)._replace(rows_read=5, rows_loaded=5)
    aside = planned.becomes(State.SET_ASIDE, "why")
    assert (aside.rows_read, aside.rows_loaded, aside.batch_id, aside.reason) == (0, 0, 3, "why")


def test_pending_batches_come_in_their_order() -> None:
    events = [
        event("c", State.PLANNED, 2),
        event("b", State.PLANNED, 1),
        event("a", State.PLANNED, 2),
        event("d", State.COMMITTED, 1),
    ]
    batches = pending_batches(events)[("erp", "loc_a101")]
    assert {batch: [found.key.path for found in files] for batch, files in batches.items()} == {
        1: ["b"],
        2: ["a", "c"],
    }
    assert list(batches) == [1, 2]


def test_only_loaded_or_planned_content_is_claimed() -> None:
    events = [event(str(state), state, 1) for state in State]
    held = held_by_table(events)[("erp", "loc_a101")]
    assert held.paths == {"planned", "committed", "accepted", "archived", "archived_accepted"}
    assert held.content == {(f"hash of {path}", ()) for path in held.paths}


def test_many_events_and_many_small_files_are_read_quickly(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "run", NOW)
    for batch in range(51):
        ledger.record([event(f"{batch}/{number}", State.COMMITTED, batch) for number in range(100)])
    ledger.tidy()
    assert len(DeltaTable(tmp_path).file_uris()) == 1
    started = time.perf_counter()
    again = Ledger(tmp_path, "run", NOW)
    took = time.perf_counter() - started
    assert len(again.events()) == 5_100
    assert took < 1  # 0.1 s on a free machine


def test_reading_the_ledger_does_not_import_pandas(tmp_path: Path) -> None:
    """It would cost every run that has nothing to do half a second."""
    Ledger(tmp_path, "run", NOW).record([event("a", State.COMMITTED, 1)])
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC;"
        "import ingest.loader; from ingest.ledger.table import Ledger;"
        "Ledger(Path(sys.argv[1]), 'run', datetime.now(UTC)); sys.exit('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == 0


def test_times_are_exact() -> None:
    assert delta.from_microseconds(1_767_323_045_678_901) == NOW
