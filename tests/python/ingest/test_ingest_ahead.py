"""Steps that are done ahead: what is handed over is what would have been found one by one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ingest_bench import PLACES, Bench, of, reasons

from ingest import ahead as module
from ingest.ahead import LARGE, ahead


@dataclass(frozen=True)
class Item:
    number: int
    size: int = LARGE


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_WORKERS", 2)
    yield
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]


def test_two_steps_are_under_way_at_once() -> None:
    together = threading.Barrier(2, timeout=60)

    def step(item: Item) -> int:
        together.wait()
        return item.number

    items = [Item(number) for number in range(4)]
    with ahead(step, items) as take:
        assert [take(item) for item in items] == [0, 1, 2, 3]


def test_an_error_is_raised_where_its_item_is_asked_for() -> None:
    def step(item: Item) -> int:
        return 12 // item.number

    items = [Item(3), Item(0), Item(4)]
    with ahead(step, items) as take:
        assert take(items[0]) == 4
        with pytest.raises(ZeroDivisionError):
            take(items[1])
        assert take(items[2]) == 3


def test_small_items_and_those_that_are_not_asked_for_hold_nothing_up() -> None:
    own = threading.current_thread()
    on_own: list[int] = []

    def step(item: Item) -> int:
        if threading.current_thread() is own:
            on_own.append(item.number)
        return item.number

    items = [Item(number, size=0 if number == 3 else LARGE) for number in range(9)]
    asked = [items[0], items[3], items[6], items[8]]
    with ahead(step, items, lambda item: item.number != 6) as take:
        assert [take(item) for item in asked] == [0, 3, 6, 8]
    assert on_own[:2] == [3, 6]


def test_no_step_is_begun_for_an_item_far_ahead() -> None:
    begun: list[int] = []

    def step(item: Item) -> int:
        begun.append(item.number)
        return item.number

    items = [Item(number) for number in range(50)]
    with ahead(step, items) as take:
        take(items[0])
    assert max(begun) <= 4


def test_a_load_of_large_files_is_that_of_small_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows with the same places, the same duplicates, the same files set aside."""
    results = []
    for size in (LARGE, 1):
        monkeypatch.setattr(module, "LARGE", size)
        bench = Bench(tmp_path / str(size))
        for number in range(6):
            content = f"CID,CNTRY\n{number % 5},a\n1,2,3\n{number % 5},b\n"
            bench.write(f"erp/LOC_A101/{number}.csv", content)
        bench.write("erp/LOC_A101/3.csv", 'CID,CNTRY\n1,"not closed\n')
        table = of(bench.ingest(), PLACES)
        written = [(row["CID"], row["CNTRY"], row["_metadata"]) for row in bench.rows(PLACES)]
        for *_, origin in written:
            assert isinstance(origin, dict)
            del origin["file_modification_time"]
        results.append((written, table.duplicates, reasons(table), table.rows_quarantined))
    assert results[0] == results[1]
    assert results[0][1] == ["erp/LOC_A101/5.csv"]
    assert list(results[0][2]) == ["erp/LOC_A101/3.csv"]
