"""The catalogue says what is delivered, and refuses whatever it cannot mean."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from ingest.catalogue.entries import DEFAULT_FOLDER, load_catalogue
from ingest.catalogue.schema import TableEntry
from saleslake.errors import CatalogueError
from saleslake.settings import PROJECT_DIR

ERP = (DEFAULT_FOLDER / "erp.yml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def problem(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    return str(caught.value)


def test_the_six_tables_of_crm_and_erp() -> None:
    entries = [table for table in load_catalogue().tables if table.source in ("crm", "erp")]
    tables = {table.name: table for table in entries}
    assert {name: table.business_key for name, table in tables.items()} == {
        "crm.cust_info": ("cst_id",),
        "crm.prd_info": ("prd_id",),
        "crm.sales_details": ("sls_ord_num", "sls_prd_key"),
        "erp.cust_az12": ("CID",),
        "erp.loc_a101": ("CID",),
        "erp.px_cat_g1v2": ("ID",),
    }
    assert {table.identity_namespace for table in tables.values()} == {"crm_erp"}
    money = {name for name, table in tables.items() if table.currency == "USD"}
    assert money == {"crm.prd_info", "crm.sales_details"}


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("business_key: [CID]", "busines_key: [CID]", "Did you mean 'business_key'?"),
        ("folder: erp", "", "setting 'folder' is missing"),
        ("business_key: [CID]", "business_key: CID", "business_key is 'CID'"),
        ("business_key: [CID]", "business_key: [5]", "business_key is '5'"),
        ("business_key: [CID]", "business_key: []", "business_key is empty"),
        ("business_key: [CID]", "business_key: [CIDD]", "Did you mean 'CID'?"),
        ("business_key: [CID]", "business_key: [CID]\n    format: cvs", "Did you mean 'csv'?"),
        ("business_key: [CID]", "business_key: [CID]\n    delivery: ful", "Did you mean 'full'?"),
        ("business_key: [CID]", "business_key: [CID]\n    on_overwrite: no", "on_overwrite is"),
        ("business_key: [CID]", "business_key: [CID]\n    widths: [1, 2, 3]", "format is csv"),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    largest_rejected_share: 5",
            "largest_rejected_share is '5'",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    format: fixed_width",
            "setting 'widths' is missing",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    format: fixed_width\n    widths: [1, 2]",
            "widths has 2 entries, and there are 3 columns",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    format: json\n    options: {sep: ';'}",
            "option 'sep' is given for files whose format is json",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    delivery: full\n    on_duplicate: load",
            "on_duplicate is given for a table whose deliveries are full",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    delivery_set: folder",
            "deliveries are incremental",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    delivery: full\n    delivery_set: foldr",
            "Did you mean 'folder'?",
        ),
        (
            "business_key: [CID]",
            "business_key: [CID]\n    delivery: full\n    largest_deleted_share: 10",
            "largest_deleted_share is '10'",
        ),
        ("business_key: [CID]", "business_key: [CID]\n    currency: usd", "currency is 'usd'"),
        ("CID, BDATE", "CID, cid", "column 'cid' is given twice"),
        ("CID, BDATE", "CID, batch_id", "a name that ingest adds"),
        ("CID, BDATE", "CID, birth date", "not a name that a Delta table can hold"),
        ("folder: erp", "folder: ../erp", "not a path inside the landing folder"),
        ("folder: erp", "folder: /erp", "not a path inside the landing folder"),
        ("[CUST_AZ12.csv,", "['CUST[.csv',", "unclosed '['"),
        ("[CUST_AZ12.csv,", "['a**.csv',", "'**' beside other characters"),
        ("table: loc_a101", "table: cust_az12", "table 'cust_az12' is given twice"),
        ("table: loc_a101", "table: LOC-A101", "'LOC-A101' is not a valid name"),
        ("source: erp", "source: 2020-01-01", "source '2020-01-01' is not a valid name"),
        ("folder: erp", "folder: erp\nfolder: crm", "setting 'folder' is given twice"),
        ("source: erp", "source: [", "is not valid YAML"),
    ],
)
def test_refuses(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in ERP
    assert expected in problem(tmp_path, erp=ERP.replace(old, new, 1))


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("delimeter: ';'", "unknown option 'delimeter'"),
        ("delimeter: ';'", "Did you mean 'delimiter'?"),
        ("delimiter: '||'", "delimiter is '||'"),
        ("delimiter: [';']", "option 'delimiter' is no single value"),
        ("header: maybe", "Write true or false."),
        ("dateFormat: d.M.y", "option 'dateFormat' is refused"),
    ],
)
def test_refuses_options(tmp_path: Path, options: str, expected: str) -> None:
    text = ERP.replace("business_key: [CID]", f"business_key: [CID]\n    options: {{{options}}}", 1)
    assert expected in problem(tmp_path, erp=text)


def test_names_file_and_line(tmp_path: Path) -> None:
    text = ERP.replace("business_key: [CID]", "business_key: [CIDD]", 1)
    expected = f"{tmp_path / 'erp.yml'}:{line_of(text, 'CIDD')}: business_key names 'CIDD'"
    assert problem(tmp_path, erp=text).startswith(expected)


def test_names_the_line_of_an_unknown_setting(tmp_path: Path) -> None:
    text = ERP.replace("folder: erp", "folder: erp\nowner: nobody", 1)
    assert f"erp.yml:{line_of(text, 'owner')}:" in problem(tmp_path, erp=text)


def test_names_the_line_of_an_option(tmp_path: Path) -> None:
    options = "business_key: [CID]\n    options:\n      header: true\n      enforceSchema: true"
    text = ERP.replace("business_key: [CID]", options, 1)
    assert f"erp.yml:{line_of(text, 'enforceSchema')}:" in problem(tmp_path, erp=text)


def test_refuses_a_source_in_two_files(tmp_path: Path) -> None:
    assert "source 'erp' is described in erp.yml already" in problem(tmp_path, erp=ERP, more=ERP)


def test_refuses_an_empty_folder_and_an_empty_file(tmp_path: Path) -> None:
    assert "holds no catalogue file" in problem(tmp_path)
    assert "holds no settings" in problem(tmp_path, erp="# nothing yet\n")


def test_refuses_two_tables_that_claim_one_file(tmp_path: Path) -> None:
    (tmp_path / "erp.yml").write_text(ERP.replace("[LOC_A101.csv,", "['CUST*.csv',"), "utf-8")
    catalogue = load_catalogue(tmp_path)
    with pytest.raises(CatalogueError, match=r"matches erp\.loc_a101 and also erp\.cust_az12"):
        catalogue.table_of("erp/CUST_AZ12.csv")


def test_the_documentation_names_every_setting() -> None:
    page = (PROJECT_DIR / "docs" / "catalogue.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(documented) == sorted(field.name for field in fields(TableEntry))


def test_a_setting_of_another_shape_is_named_at_its_own_line(tmp_path: Path) -> None:
    """An entry that is wrong leaves a list of one entry empty; that is no second problem."""
    source = ERP[: ERP.index("tables:")]
    text = source + (
        "tables:\n  - table: a\n    description: One row per a.\n    patterns: [a.csv]\n"
        "    business_key: id\n    columns: [id]\n"
    )
    found = problem(tmp_path, erp=text)
    assert f"erp.yml:{line_of(text, 'business_key')}" in found
    assert "business_key is 'id'" in found
