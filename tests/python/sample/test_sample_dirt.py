"""Every kind of dirt is there exactly as often as the summary says, counted in the files alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from sample_reading import (
    CATEGORIES,
    CUSTOMERS,
    ERP_CUSTOMERS,
    LOCATIONS,
    PRODUCTS,
    SALES,
    Rows,
    read_rows,
)

from sample import SampleSummary, write_sample_landing
from sample.dirt import Dirt

Files = dict[str, Rows]


def with_id(files: Files) -> Rows:
    return [row for row in files[CUSTOMERS] if row["cst_id"]]


def outdated(files: Files) -> int:
    newest: dict[str, str] = {}
    for row in with_id(files):
        key = row["cst_id"]
        newest[key] = max(newest.get(key, ""), row["cst_create_date"])
    return sum(row["cst_create_date"] < newest[row["cst_id"]] for row in with_id(files))


def untrimmed(files: Files, path: str, column: str) -> int:
    return sum(row[column] != row[column].strip() != "" for row in files[path])


def holds(files: Files, path: str, column: str, *values: str) -> int:
    return sum(row[column] in values for row in files[path])


def blank(files: Files, path: str, column: str) -> int:
    return sum(not row[column].strip() for row in files[path])


def blank_everywhere(files: Files) -> int:
    crm = {row["cst_key"] for row in with_id(files) if not row["cst_gndr"]}
    erp = {row["CID"][-10:] for row in files[ERP_CUSTOMERS] if not row["GEN"].strip()}
    return len(crm & erp)


def end_before_start(files: Files) -> int:
    return sum("" < row["prd_end_dt"] < row["prd_start_dt"] for row in files[PRODUCTS])


def missing_categories(files: Files) -> int:
    used = {row["prd_key"][:5].replace("-", "_") for row in files[PRODUCTS]}
    return len(used - {row["ID"] for row in files[CATEGORIES]})


def order_dates(files: Files, *, zero: bool) -> int:
    dates = [row["sls_order_dt"] for row in files[SALES] if len(row["sls_order_dt"]) != 8]
    return sum((value == "0") == zero for value in dates)


def negative(files: Files, column: str) -> int:
    return sum(row[column].startswith("-") for row in files[SALES])


def inconsistent(files: Files) -> int:
    """Both are positive, and they do not agree."""
    return sum(
        row["sls_sales"].isdigit()
        and row["sls_price"].isdigit()
        and int(row["sls_sales"]) > 0
        and int(row["sls_sales"]) != int(row["sls_quantity"]) * int(row["sls_price"])
        for row in files[SALES]
    )


def born(files: Files, after: str, before: str) -> int:
    return sum(after < row["BDATE"] < before for row in files[ERP_CUSTOMERS])


COUNTERS: dict[str, Callable[[Files], int]] = {
    "customer_id_blank": lambda files: len(files[CUSTOMERS]) - len(with_id(files)),
    "customer_row_outdated": outdated,
    "customer_first_name_untrimmed": lambda files: untrimmed(files, CUSTOMERS, "cst_firstname"),
    "customer_last_name_untrimmed": lambda files: untrimmed(files, CUSTOMERS, "cst_lastname"),
    "customer_marital_status_blank": lambda files: sum(
        not row["cst_marital_status"] for row in with_id(files)
    ),
    "customer_gender_blank": lambda files: sum(not row["cst_gndr"] for row in with_id(files)),
    "gender_blank_everywhere": blank_everywhere,
    "product_end_before_start": end_before_start,
    "product_cost_blank": lambda files: blank(files, PRODUCTS, "prd_cost"),
    "product_line_untrimmed": lambda files: untrimmed(files, PRODUCTS, "prd_line"),
    "product_line_blank": lambda files: blank(files, PRODUCTS, "prd_line"),
    "product_category_missing": missing_categories,
    "order_date_zero": lambda files: order_dates(files, zero=True),
    "order_date_unreadable": lambda files: order_dates(files, zero=False),
    "amount_blank": lambda files: blank(files, SALES, "sls_sales"),
    "amount_zero": lambda files: holds(files, SALES, "sls_sales", "0"),
    "amount_negative": lambda files: negative(files, "sls_sales"),
    "amount_inconsistent": inconsistent,
    "price_blank": lambda files: blank(files, SALES, "sls_price"),
    "price_negative": lambda files: negative(files, "sls_price"),
    "birth_date_future": lambda files: born(files, "2026-01-01", "A"),
    "birth_date_before_1924": lambda files: born(files, "0", "1924-01-01"),
    "erp_gender_letter": lambda files: holds(files, ERP_CUSTOMERS, "GEN", "M", "F"),
    "erp_gender_letter_untrimmed": lambda files: holds(files, ERP_CUSTOMERS, "GEN", "M ", "F "),
    "erp_gender_blank": lambda files: blank(files, ERP_CUSTOMERS, "GEN"),
    "country_usa": lambda files: holds(files, LOCATIONS, "CNTRY", "USA"),
    "country_us": lambda files: holds(files, LOCATIONS, "CNTRY", "US"),
    "country_de": lambda files: holds(files, LOCATIONS, "CNTRY", "DE"),
    "country_blank": lambda files: blank(files, LOCATIONS, "CNTRY"),
}


@pytest.fixture(scope="module", params=[20260101, 7])
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SampleSummary:
    folder = tmp_path_factory.mktemp("sample") / "landing"
    return write_sample_landing(folder, seed=int(request.param))


@pytest.fixture(scope="module")
def files(sample: SampleSummary) -> Files:
    return read_rows(sample.folder)


def test_the_summary_lists_every_kind(sample: SampleSummary) -> None:
    assert dict(sample.dirt) == Dirt().counts()
    assert set(sample.dirt) == set(COUNTERS)
    assert min(sample.dirt.values()) > 0


@pytest.mark.parametrize("kind", COUNTERS)
def test_each_kind_is_there_as_often_as_stated(
    sample: SampleSummary, files: Files, kind: str
) -> None:
    assert COUNTERS[kind](files) == sample.dirt[kind]


def test_no_sales_line_is_dirty_twice(files: Files) -> None:
    for row in files[SALES]:
        amount, quantity, price = row["sls_sales"], row["sls_quantity"], row["sls_price"]
        has_bad_date = len(row["sls_order_dt"]) != 8
        has_bad_price = not price.isdigit()
        if price:
            has_bad_amount = amount != str(int(quantity) * abs(int(price)))
        else:
            has_bad_amount = not amount.isdigit() or int(amount) % int(quantity) != 0
        assert has_bad_date + has_bad_price + has_bad_amount <= 1


def test_no_customer_has_two_rows_of_one_date(files: Files) -> None:
    dates = Counter((row["cst_id"], row["cst_create_date"]) for row in with_id(files))
    assert max(dates.values()) == 1


def test_the_valid_row_is_sometimes_first_and_sometimes_last(files: Files) -> None:
    """Else a pipeline that takes the last row of a file would pass."""
    dates = defaultdict(list)
    for row in with_id(files):
        dates[row["cst_id"]].append(row["cst_create_date"])
    repeated = [found for found in dates.values() if len(found) > 1]
    assert {found[-1] == max(found) for found in repeated} == {True, False}
    assert sorted(len(found) for found in repeated)[-2:] == [2, 3]


def test_records_without_an_id_hold_a_key_only(files: Files) -> None:
    for row in files[CUSTOMERS]:
        if not row["cst_id"]:
            assert [column for column, value in row.items() if value] == ["cst_key"]
    assert files[CUSTOMERS][-1]["cst_id"] == ""
