"""The files that are measured: the six delivered ones, and many more lines made from them.

More lines are the same lines again with other order numbers, so that keys, dirt and the shape of an
order stay real while the number of orders grows. Everything is vectorised: ten million lines take
seconds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from bench.errors import BenchmarkSetupError
from ingest.catalogue.tables import Catalogue
from sample import settings_of, write_sample

SALES = "crm.sales_details"
SALES_FOLDER = Path("crm/sales_details")
ORDER, PRODUCT = "sls_ord_num", "sls_prd_key"
LINES_PER_FILE = 500_000
LATE_SHARE = 0.1
"""Share of the new lines that belong to orders of earlier files."""

Lines: TypeAlias = pa.Table
Texts: TypeAlias = "pa.ChunkedArray[pa.StringScalar]"

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
DELIVERED_LATER_AT = datetime(2026, 1, 2, tzinfo=UTC)
"""Modification times of made files; the later one for the new lines."""


@dataclass(frozen=True)
class Source:
    """A folder of the six files.

    Attributes:
        folder: where they are.
        is_sample: whether they are generated sample files.
    """

    folder: Path
    is_sample: bool


def choose_source(real: Path, scratch: Path) -> Source:
    """Return the real files where they are present, else sample files written to scratch."""
    if real.is_dir():
        return Source(real, is_sample=False)
    written = write_sample(scratch, settings_of("tiny"), domains=("crm", "erp"))
    return Source(written.landing, is_sample=True)


def copy_files(source: Source, catalogue: Catalogue, landing: Path) -> None:
    """Copy the delivered files with their times."""
    for path in _delivered(source, catalogue):
        _copy(source.folder / path, landing / path)


def write_many(source: Source, catalogue: Catalogue, landing: Path, lines: int) -> None:
    """Write the delivered files with the given number of sales lines instead of their own.

    Args:
        source: the six files.
        catalogue: says which of them hold sales lines.
        landing: the folder to write; must not exist.
        lines: how many sales lines to make, in files of about LINES_PER_FILE.
    """
    for path, table in _delivered(source, catalogue).items():
        if table != SALES:
            _copy(source.folder / path, landing / path)
    folder = landing / SALES_FOLDER
    own = read_lines(source, catalogue)
    for number, part in enumerate(_in_files(repeated(own, lines))):
        write_lines(part, folder / f"part-{number:03d}.csv")


def write_new_lines(landing: Path, lines: pa.Table) -> Path:
    """Write one more file of sales lines, as the next delivery; return its path."""
    file = landing / SALES_FOLDER / "part-new.csv"
    write_lines(lines, file, DELIVERED_LATER_AT)
    return file


def read_lines(source: Source, catalogue: Catalogue) -> pa.Table:
    """Read the sales lines of the six files, every column as delivered text, null when empty.

    Raises:
        BenchmarkSetupError: no file holds sales lines.
    """
    files = [path for path, table in _delivered(source, catalogue).items() if table == SALES]
    if not files:
        raise BenchmarkSetupError(
            f"{source.folder} holds no file of {SALES}.", "Name a folder with the six files."
        )
    (table,) = (table for table in catalogue.tables if table.name == SALES)
    as_text = csv.ConvertOptions(
        column_types={column: pa.string() for column in table.columns}, strings_can_be_null=True
    )
    return pa.concat_tables(
        csv.read_csv(source.folder / path, convert_options=as_text) for path in files
    )


def repeated(own: pa.Table, lines: int) -> Iterator[pa.Table]:
    """Yield copies of the lines with another order number each, until there are enough."""
    for copy in range(copies_of(own, lines)):
        part = own.slice(0, min(own.num_rows, lines - copy * own.num_rows))
        yield _with(part, ORDER, _joined(part[ORDER], f"{copy:04d}"))


def copies_of(own: pa.Table, lines: int) -> int:
    """Return how many copies make a number of lines; the last may be a part of one."""
    return -(-lines // own.num_rows)


def new_lines(own: pa.Table, number: int, copies: int) -> pa.Table:
    """Return lines of a next delivery: most of new orders, a tenth late ones of old orders.

    Args:
        own: the sales lines of the six files.
        number: how many lines to make.
        copies: how many copies of them were delivered; 0 when they were delivered as they are.
    """
    late = late_lines(own, round(number * LATE_SHARE))
    if copies:
        whole = max(1, copies - 1)  # the last may be a part of a copy
        suffixes = pa.array([f"{place % whole:04d}" for place in range(late.num_rows)], pa.string())
        late = _with(late, ORDER, _joined(late[ORDER], suffixes))
    fresh = pa.concat_tables(repeated(own, number - late.num_rows))
    fresh = _with(fresh, ORDER, _joined(fresh[ORDER], "new"))
    return pa.concat_tables([fresh, late])


def late_lines(own: pa.Table, number: int) -> pa.Table:
    """Return lines of old orders, one to an order, each with a product that its order lacks.

    Orders are taken evenly from all of them. Everything but the product is copied from the order's
    first line. Fewer lines are returned where there are fewer orders.
    """
    orders, products = own[ORDER].to_pylist(), own[PRODUCT].to_pylist()
    known = sorted({product for product in products if product})
    bought: dict[str, set[str | None]] = {}
    first: dict[str, int] = {}
    for line, (order, product) in enumerate(zip(orders, products, strict=True)):
        if order:
            bought.setdefault(order, set()).add(product)
            first.setdefault(order, line)
    open_orders = [order for order in first if not bought[order].issuperset(known)]
    number = min(number, len(open_orders))
    late = [open_orders[place * len(open_orders) // number] for place in range(number)]
    others = [_other_product(known, bought[order], place) for place, order in enumerate(late)]
    lines = own.take(pa.array([first[order] for order in late], pa.int64()))
    return _with(lines, PRODUCT, pa.array(others, pa.string()))


def _other_product(known: list[str], bought: set[str | None], place: int) -> str:
    """Return a product that was not bought; which one, changes from place to place."""
    turn = place % len(known)
    return next(product for product in known[turn:] + known[:turn] if product not in bought)


def _joined(orders: Texts, suffixes: pa.StringArray | str) -> Texts:
    """Return order numbers with a suffix: SO43697-0002."""
    # The stubs know no mix of arrays and single texts.
    joined: Texts = pc.binary_join_element_wise(orders, suffixes, "-")  # type: ignore[call-overload]
    return joined


def _with(lines: pa.Table, column: str, values: Texts | pa.StringArray) -> pa.Table:
    return lines.set_column(lines.schema.get_field_index(column), column, values)


def _in_files(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Join parts to tables of about LINES_PER_FILE."""
    waiting: list[pa.Table] = []
    lines = 0
    for part in parts:
        waiting.append(part)
        lines += part.num_rows
        if lines >= LINES_PER_FILE:
            yield pa.concat_tables(waiting)
            waiting, lines = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def write_lines(lines: pa.Table, file: Path, modified_at: datetime = MADE_AT) -> None:
    """Write CSV as the systems do: a header, nothing quoted, nothing for null."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write((",".join(lines.column_names) + "\n").encode())
        csv.write_csv(lines, stream, csv.WriteOptions(include_header=False, quoting_style="none"))
    os.utime(file, (modified_at.timestamp(), modified_at.timestamp()))


def _delivered(source: Source, catalogue: Catalogue) -> dict[Path, str]:
    """Return the table of every file of the catalogue's, by its path below the folder."""
    found = {}
    for file in sorted(source.folder.rglob("*")):
        path = file.relative_to(source.folder)
        table = catalogue.table_of(path.as_posix()) if file.is_file() else None
        if table is not None:
            found[path] = table.name
    return found


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, to)
