"""Files that would fill the memory, hide records, or leave their place: none stops the others."""

from __future__ import annotations

import gzip
import io
import os
import resource
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import law
import pytest
from ingest_bench import ERP, PLACES, Bench, of, reasons

from engine.attach import quoted
from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import discover

HEADER = "CID,CNTRY\n"
GOOD = "erp/LOC_A101/good.csv"
BAD = "erp/LOC_A101/bad.csv"
MEGABYTE = 1 << 20


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    patterns = ("erp/LOC_A101/**/*.csv", "erp/LOC_A101/**/*.csv.gz")
    table = next(table for table in ERP.tables if table.name == PLACES)
    made = Bench(tmp_path, Catalogue((replace(table, patterns=patterns),)))
    made.write(GOOD, HEADER + "1,DE\n2,FR\n")
    return made


def reason_for(bench: Bench, path: str = BAD) -> str:
    """Ingest; the good file is loaded and another one set aside, with this reason."""
    result = of(bench.ingest(), PLACES)
    law.assert_holds(bench, {GOOD: 2})
    assert bench.states(path) == ["set_aside"]
    return reasons(result)[path]


@pytest.mark.fault(14)
@pytest.mark.parametrize(("unit", "why"), [(b"a", "longer than 8 MB"), (b"\0", "NUL character")])
def test_a_zip_bomb_takes_no_memory(unit: bytes, why: str, bench: Bench) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as stream:
        stream.write(HEADER.encode())
        for _ in range(512):
            stream.write(unit * MEGABYTE)
    assert len(packed.getvalue()) < MEGABYTE
    bench.write(f"{BAD}.gz", packed.getvalue())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert why in reason_for(bench, f"{BAD}.gz")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # in KB
    assert grown < 256_000


@pytest.mark.fault(14)
def test_an_archive_in_an_archive(bench: Bench) -> None:
    text = (HEADER + "3,IT\n").encode()
    bench.write(f"{BAD}.gz", gzip.compress(gzip.compress(text)))
    assert "line 1" in reason_for(bench, f"{BAD}.gz")


@pytest.mark.fault(14, 25)
def test_a_tar_archive_with_a_path_that_leaves_it(bench: Bench, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("../../escaped.csv")
        member.size = len(HEADER)
        archive.addfile(member, io.BytesIO(HEADER.encode()))
    bench.write(f"{BAD}.gz", packed.getvalue())
    reason_for(bench, f"{BAD}.gz")
    assert list(tmp_path.rglob("escaped.csv")) == []


@pytest.mark.fault(19)
@pytest.mark.parametrize("content", ["", "\n", " \n\t\n", HEADER, "\ufeff", HEADER.strip(), "x"])
def test_nothing_in_it_is_no_failure(content: str, bench: Bench) -> None:
    bench.write(BAD, content)
    result = bench.ingest()
    law.assert_holds(bench, {GOOD: 2})
    assert bench.states(BAD) == ["ignored"]
    assert not result.anything_set_aside


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HEADER + '3,"' + "x" * 30 * MEGABYTE + '"\n', "line 2"),
        (HEADER + "y" * 10_000_000 + "\n", "line 2"),
        ("CID," + ",".join(f"c{at}" for at in range(25_000)) + "\n1" + "," * 25_000 + "\n", "4096"),
    ],
)
def test_a_record_too_large(content: str, why: str, bench: Bench) -> None:
    bench.write(BAD, content)
    assert why in reason_for(bench)


@pytest.mark.fault(23)
@pytest.mark.parametrize("year", [1970, 1999, 2150])
def test_a_time_far_in_the_past_or_future(year: int, bench: Bench) -> None:
    file = bench.write(BAD, HEADER + "3,IT\n")
    moment = datetime(year, 1, 2, tzinfo=UTC)
    os.utime(file, (moment.timestamp(), moment.timestamp()))
    bench.ingest()
    law.assert_holds(bench, {GOOD: 2, BAD: 1})
    origin = bench.rows(PLACES)[0]["_metadata"]
    assert isinstance(origin, dict)
    assert origin["file_modification_time"] == moment


@pytest.mark.fault(24)
def test_any_name_is_accounted_for(bench: Bench) -> None:
    names = [
        "a b", "ünï", "100%", "#1", "k=v", "new\nline", "_under", "q'uote", 'dq"', "back`",
        "semi;--", "a%20b", "emoji😀", "-rf", "$HOME", "{x}", "[y]", "x" * 200,
    ]  # fmt: skip
    loaded = {GOOD: 2}
    for number, name in enumerate(names):
        path = f"erp/LOC_A101/{name}/{name[:100]}.csv"
        bench.write(path, HEADER + f"n{number},DE\n")
        loaded[path] = 1
    deep = "erp/LOC_A101/" + "deep/" * 60 + "x.csv"
    bench.write(deep, HEADER + "deep,DE\n")
    strangers = [f"erp/LOC_A101/{name}" for name in ("x.csv.part", "y.tmp", ".hidden.csv")]
    for stranger in strangers:
        bench.write(stranger, "half")
    result = bench.ingest()
    law.assert_holds(bench, {**loaded, deep: 1})
    assert {ignored.path for ignored in result.ignored} == set(strangers)
    listed = {file.path for file in discover(bench.landing, bench.catalogue)}
    assert listed == {*loaded, deep, *strangers}


@pytest.mark.fault(18, 26)
def test_identifiers_that_would_be_code(bench: Bench) -> None:
    names = ["select", "a`b", 'c"d', "e'f", "g--", "$h", "1", "x" * 255, "drop table raw"]
    header = ",".join(["CID", *(name.replace('"', '""') for name in names)])
    header = header.replace('c""d', '"c""d"')
    bench.write(BAD, header + "\n3" + ",v" * len(names) + "\n")
    result = of(bench.ingest(), PLACES)
    law.assert_holds(bench, {GOOD: 2, BAD: 1})
    stored = [name.replace(" ", "_") for name in names]
    assert result.new_columns == stored
    row = next(row for row in bench.rows(PLACES) if row["CID"] == "3")
    assert [row[name] for name in stored] == ["v"] * len(names)
    assert quoted("a`b") == "`a``b`"


@pytest.mark.fault(26)
def test_a_name_of_three_hundred_characters(bench: Bench) -> None:
    bench.write(BAD, "CID," + "x" * 300 + "\n3,v\n")
    assert "longer than 255" in reason_for(bench)


@pytest.mark.fault(18)
@pytest.mark.parametrize(
    ("header", "values", "country"),
    [
        ("CNTRY,CID", "IT,3", "IT"),
        ("cid,Cntry", "3,IT", "IT"),
        ("CID", "3", None),
        ("CID,LAND", "3,IT", None),
        ("CID,CNTRY,X", "3,IT,x", "IT"),
    ],
)
def test_no_value_lands_in_another_column(
    header: str, values: str, country: str | None, bench: Bench
) -> None:
    bench.write(BAD, f"{header}\n{values}\n{header}\n")
    bench.ingest()
    law.assert_holds(bench, {GOOD: 2, BAD: 2})
    row = next(row for row in bench.rows(PLACES) if row["CID"] == "3")
    assert row["CNTRY"] == country
    (rejected,) = bench.quarantine()
    assert (rejected["reason_code"], rejected["line_number"]) == ("repeated_header", 3)


@pytest.mark.fault(27)
def test_cells_that_a_program_would_obey_are_kept_as_they_are(bench: Bench) -> None:
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "<script>alert(1)</script>", "'; drop table x;--"]
    bench.write(BAD, HEADER + "".join(f'{at},"{cell}"\n' for at, cell in enumerate(cells)))
    bench.ingest()
    law.assert_holds(bench, {GOOD: 2, BAD: len(cells)})
    assert set(cells) < set(bench.values(PLACES, "CNTRY"))
