"""Full deliveries: what each counts for, decided from all files whatever order they came in."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ingest_bench import PLACES, START, Bench, of, read

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue, DeliveredTable, DeliverySet
from ingest.ledger.deliveries import Delivery, DeliveryState, Loss, decide, deliveries_of
from ingest.ledger.full_deliveries import accept
from ingest.ledger.table import Event, FileKey, State
from saleslake.errors import DeliveryError

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def full(delivery_set: DeliverySet = "file", share: float = 0.5) -> Catalogue:
    """Places, delivered in full."""
    table = next(table for table in load_catalogue().tables if table.name == PLACES)
    return Catalogue(
        (replace(table, delivery="full", delivery_set=delivery_set, largest_deleted_share=share),)
    )


def table_of(delivery_set: DeliverySet) -> DeliveredTable:
    return full(delivery_set).tables[0]


def event(path: str, day: int, state: State = State.COMMITTED, quarantined: int = 0) -> Event:
    at = START + timedelta(days=day)
    return Event(
        FileKey("erp", "loc_a101", path, f"hash of {path} {day}", at),
        file_size=1,
        file_modified_at=at,
        state=state,
        batch_id=1,
        rows_quarantined=quarantined,
    )


def states_with(keys: Sequence[set[str]], share: float, *accepted: int) -> list[DeliveryState]:
    """The states of deliveries that hold the given keys, in order of time."""
    content = {f"{number}": have for number, have in enumerate(keys)}
    deliveries = [
        Delivery(name, START, (event(name, number),), None, number in accepted)
        for number, name in enumerate(content)
    ]

    def loss(before: Delivery, after: Delivery) -> Loss:
        return Loss(len(content[before.name]), len(content[before.name] - content[after.name]))

    return [decision.state for decision in decide(deliveries, share, loss)]


APPLIED, HELD = DeliveryState.APPLIED, DeliveryState.HELD_BACK


def test_a_delivery_that_loses_more_than_the_share_is_held_back() -> None:
    ten = set("abcdefghij")
    assert states_with([ten, ten - {"a"}], 0.1) == [APPLIED, APPLIED]
    assert states_with([ten, ten - {"a", "b"}], 0.1) == [APPLIED, HELD]
    assert states_with([ten, set("klmnopqrst")], 0.9) == [APPLIED, HELD]
    assert states_with([set(), {"a"}], 0.0) == [APPLIED, APPLIED]


def test_each_is_compared_with_the_last_applied_one() -> None:
    """A second cut-off file must not pass because it equals the first one."""
    ten, two = set("abcdefghij"), {"a", "b"}
    assert states_with([ten, two, two, ten], 0.1) == [APPLIED, HELD, HELD, APPLIED]
    assert states_with([ten, two, two], 0.1, 1) == [APPLIED, APPLIED, APPLIED]


def test_files_of_a_folder_are_one_delivery() -> None:
    events = [
        event("2026-01/part-1.csv", 1),
        event("2026-01/part-2.csv", 2),
        event("2026-02/part-1.csv", 31),
        event("2026-02/part-1.csv", 33),
        event("2026-02/part-1.csv", 34)._replace(key=FileKey("crm", "other", "x", "y")),
    ]
    random.Random(1).shuffle(events)
    deliveries, replaced = deliveries_of(events, table_of("folder"))
    assert [(found.name, found.delivered_at.day, len(found.files)) for found in deliveries] == [
        ("2026-01", 3, 2),
        ("2026-02", 3, 1),
    ]
    assert [(found.key.path, found.file_modified_at.day) for found in replaced] == [
        ("2026-02/part-1.csv", 1)
    ]


@pytest.mark.parametrize(
    ("events", "gap"),
    [
        ([event("a/1", 1, quarantined=3)], "has 3 records that could not be read"),
        ([event("a/1", 1), event("a/2", 1, State.SET_ASIDE)], "lacks its file a/2"),
        # A part that was mended afterwards is whole; one that broke afterwards is not.
        ([event("a/1", 1, State.SET_ASIDE), event("a/1", 2)], None),
        ([event("a/1", 2, State.SET_ASIDE), event("a/1", 1)], "lacks its file a/1"),
        ([event("a/1", 1), event("b/1", 1, State.SET_ASIDE)], None),
    ],
)
def test_a_delivery_with_a_gap_deletes_nothing(events: list[Event], gap: str | None) -> None:
    delivery = deliveries_of(events, table_of("folder"))[0][0]
    decision = decide([delivery], 0.5, lambda _, __: Loss(0, 0))[0]
    assert (gap or "") in (decision.reason or "")
    assert decision.state == (DeliveryState.INCOMPLETE if gap else APPLIED)


class Places(Bench):
    """Full deliveries of places, one file a day."""

    def __init__(self, folder: Path, share: float = 0.5) -> None:
        super().__init__(folder, full(share=share))

    def deliver(self, day: int, *ids: str, path: str | None = None) -> None:
        lines = "".join(f"{number},France\n" for number in ids)
        file = self.write(path or f"erp/LOC_A101/{day:02}.csv", f"CID,CNTRY\n{lines}")
        at = (START + timedelta(days=day)).timestamp()
        os.utime(file, (at, at))

    def decided(self) -> list[tuple[object, object, object, object]]:
        rows = read(self.lake.ops_table("full_deliveries"))
        rows.sort(key=lambda row: (str(row["table_name"]), int(str(row["delivery_number"]))))
        names = ("delivery_name", "state", "known_key_count", "absent_key_count")
        return [tuple(row[name] for name in names) for row in rows]  # type: ignore[misc]


def test_keys_are_counted_once_and_without_white_space(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2", "A2", " A3 ", "")
    places.deliver(2, "A3", "A4", "A1")
    result = places.ingest()
    assert places.decided() == [
        ("erp/LOC_A101/01.csv", "applied", 0, 0),
        ("erp/LOC_A101/02.csv", "applied", 3, 1),
    ]
    assert not of(result, PLACES).held_back


def test_a_short_delivery_is_held_back_until_accepted(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2", "A3", "A4")
    places.deliver(2, "A1")
    result = places.ingest()
    (held,) = of(result, PLACES).held_back
    assert held.reason == "lacks 3 of 4 keys of the delivery before (75.0%; 50.0% is allowed)"
    assert result.anything_set_aside
    # Nothing new, and still waiting: it must not fall silent.
    assert of(places.ingest(), PLACES).held_back == [held]
    assert len(places.rows(PLACES)) == 5
    with pytest.raises(DeliveryError, match="holds nothing yet"):
        accept(places.lake, places.catalogue, PLACES, "run", NOW)
    places.lake.prepare()
    places.lake.mark("real")
    with pytest.raises(DeliveryError, match=r"Did you mean 'erp\.loc_a101'"):
        accept(places.lake, places.catalogue, "erp.loc_a11", "run", NOW)
    assert accept(places.lake, places.catalogue, PLACES, "run", NOW) == [held]
    result = places.ingest()
    assert not of(result, PLACES).held_back
    assert of(result, PLACES).files_loaded == 0
    assert places.decided()[1][1] == "applied"
    assert places.states("erp/LOC_A101/02.csv") == ["planned", "committed", "accepted"]
    with pytest.raises(DeliveryError, match="waits to be accepted"):
        accept(places.lake, places.catalogue, PLACES, "run", NOW)


def test_a_later_whole_delivery_settles_it(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2", "A3", "A4")
    places.deliver(2, "A1")
    places.ingest()
    places.deliver(3, "A1", "A2", "A3")
    assert not of(places.ingest(), PLACES).held_back
    assert [state for _, state, *_ in places.decided()] == ["applied", "held_back", "applied"]


def test_the_same_content_delivered_again_later_is_a_delivery(tmp_path: Path) -> None:
    """Gone and back again: the third file equals the first one, at the same path even."""
    places = Places(tmp_path)
    for day, ids in ((1, ("A1", "A2")), (2, ("A1",)), (3, ("A1", "A2"))):
        places.deliver(day, *ids, path="erp/LOC_A101.csv")
        assert of(places.ingest(), PLACES).files_loaded == 1
    assert places.decided() == [
        ("erp/LOC_A101.csv", "applied", 0, 0),
        ("erp/LOC_A101.csv", "applied", 2, 1),
        ("erp/LOC_A101.csv", "applied", 1, 0),
    ]
    assert of(places.ingest(), PLACES).files_loaded == 0


def test_a_quarantined_record_makes_a_delivery_incomplete(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2")
    places.write("erp/LOC_A101/02.csv", "CID,CNTRY\nA1,France\nA2,France,what,is,this\n")
    (open_delivery,) = of(places.ingest(), PLACES).held_back
    assert open_delivery.is_incomplete
    assert [state for _, state, *_ in places.decided()] == ["applied", "incomplete"]


def test_paths_with_quotes_are_no_sql(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2", path="erp/LOC_A101/it's 1.csv")
    places.deliver(2, "A1", path="erp/LOC_A101/it's'; --.csv")
    places.ingest()
    assert places.decided()[1][2:] == (2, 1)


def test_any_order_of_arrival_gives_the_same_decisions(tmp_path: Path) -> None:
    seen = set()
    days = {
        1: ("A1", "A2", "A3", "A4"),
        2: ("A1",),
        3: ("A1", "A2", "A3"),
        4: ("A1",),
        5: ("A1", "A2", "A3", "A4", "A5"),
        6: ("A5",),
    }
    for seed in range(6):
        places = Places(tmp_path / str(seed))
        order = random.Random(seed).sample(list(days), len(days))
        for day in order:
            places.deliver(day, *days[day])
            if seed % 2 or day == order[-1]:
                places.ingest()
        seen.add(tuple(places.decided()))
    (decided,) = seen
    assert [state for _, state, *_ in decided] == [
        "applied",
        "held_back",
        "applied",
        "held_back",
        "applied",
        "held_back",
    ]


def test_a_run_with_nothing_new_writes_nothing(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2")
    places.deliver(2, "A1")
    places.ingest()
    before = places.versions()
    places.ingest()
    assert places.versions() == before


def test_a_kill_after_the_data_leaves_the_decisions_to_the_next_run(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.deliver(1, "A1", "A2")
    places.interrupt(f"committed:{PLACES}")
    assert places.decided() == []
    places.ingest()
    assert places.decided() == [("erp/LOC_A101/01.csv", "applied", 0, 0)]
