"""The catalogue finds the table of a path by one expression: what each pattern would say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ingest_bench import EVERYTHING

from ingest.catalogue.tables import Catalogue
from ingest.files.globs import compile_glob
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
def test_what_each_pattern_would_say(path: str) -> None:
    claims = [
        table
        for table in EVERYTHING.tables
        if any(compile_glob(pattern).fullmatch(path) for pattern in table.patterns)
    ]
    assert EVERYTHING.table_of(path) is (claims[0] if claims else None)


def test_every_table_is_found() -> None:
    for table in EVERYTHING.tables:
        for pattern in table.patterns:
            assert EVERYTHING.table_of(pattern.replace("*", "x")) is table


def test_two_tables_with_one_path() -> None:
    first, second = EVERYTHING.tables[:2]
    both = Catalogue((first, replace(second, patterns=("nothing.csv", "crm/*.csv"))))
    assert both.table_of("crm/other.csv") is both.tables[1]
    with pytest.raises(CatalogueError, match="matches"):
        both.table_of("crm/cust_info.csv")


def test_a_catalogue_without_tables() -> None:
    assert Catalogue(()).table_of("crm/cust_info.csv") is None
