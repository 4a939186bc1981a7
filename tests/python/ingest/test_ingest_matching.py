"""One expression for all patterns gives the catalogue's own answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ingest_bench import EVERYTHING

from ingest.catalogue import Catalogue
from ingest.matching import TableFinder
from saleslake.errors import CatalogueError

PATHS = [
    "crm/cust_info.csv",
    "crm/cust_info/2026 é%#=.csv",
    "crm/cust_info/a\nb.csv",
    "crm/cust_info.csv\n",
    "crm/cust_info/.hidden.csv",
    "crm/cust_info/deep/x.csv",
    "crm/CUST_INFO.csv",
    "x/crm/cust_info.csv",
    "crm/sales_details.csv.part",
    "erp/LOC_A101.csv",
    "erp/PX_CAT_G1V2/x.csv",
    "",
    ".",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_catalogue_s_answer(path: str) -> None:
    assert TableFinder(EVERYTHING).table_of(path) is EVERYTHING.table_of(path)


def test_every_table_is_found() -> None:
    finder = TableFinder(EVERYTHING)
    for table in EVERYTHING.tables:
        for pattern in table.patterns:
            assert finder.table_of(pattern.replace("*", "x")) is table


def test_two_tables_with_one_path() -> None:
    first, second = EVERYTHING.tables[:2]
    both = Catalogue((first, replace(second, patterns=("nothing.csv", "crm/*.csv"))))
    finder = TableFinder(both)
    assert finder.table_of("crm/other.csv") is both.tables[1]
    with pytest.raises(CatalogueError, match="matches"):
        finder.table_of("crm/cust_info.csv")


def test_a_catalogue_without_tables() -> None:
    assert TableFinder(Catalogue(())).table_of("crm/cust_info.csv") is None
