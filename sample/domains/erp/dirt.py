"""What goes wrong in the ERP's files."""

from __future__ import annotations

from sample.dirt.changes import (
    cell,
    instead,
    misspelt,
    one_of,
    unchanged,
)
from sample.dirt.kinds import Change, Kind
from sample.output.chunk import Row

_CUSTOMERS, _LOCATIONS, _CATEGORIES = "erp.cust_az12", "erp.loc_a101", "erp.px_cat_g1v2"

SPELLINGS = {"United States": ("USA", "US"), "Germany": ("DE",)}
"""Other names of countries that the ERP writes."""


def _letter(ending: str) -> Change:
    def change(row: Row, _: float) -> Row | None:
        gender = cell(row, "GEN")
        return {"GEN": f"{gender[0]}{ending}"} if gender else None

    return change


def _blanks(column: str) -> Change:
    def change(_: Row, detail: float) -> Row:
        return {column: " " * int(detail * 4)}

    return change


def _birth(first_year: int, last_year: int) -> Change:
    def change(row: Row, detail: float) -> Row:
        year = first_year + int(detail * (last_year - first_year + 1))
        # A day that every year has.
        return {"BDATE": f"{year}{cell(row, 'BDATE')[4:8]}{1 + int(detail * 27):02d}"}

    return change


def _spelling(row: Row, detail: float) -> Row | None:
    spellings = SPELLINGS.get(cell(row, "CNTRY"))
    return {"CNTRY": one_of(detail, spellings)} if spellings else None


def _other_id(row: Row, _: float) -> Row:
    return {"ID": f"{cell(row, 'ID')[:4]}Z"}


def _other_gender(row: Row, _: float) -> Row:
    return {"GEN": "Male" if row["GEN"] == "Female" else "Female"}


KINDS = (
    Kind(
        _CUSTOMERS,
        "gender_letter",
        "misspelt",
        0.01,
        "M or F instead of the word",
        _letter(""),
    ),
    Kind(
        _CUSTOMERS,
        "gender_letter_untrimmed",
        "white space",
        0.005,
        "the letter and a blank",
        _letter(" "),
    ),
    Kind(_CUSTOMERS, "gender_blank", "missing", 0.02, "nothing, or blanks", _blanks("GEN")),
    Kind(
        _CUSTOMERS,
        "birth_date_future",
        "future date",
        0.005,
        "after every date in the files",
        _birth(2038, 2080),
    ),
    Kind(
        _CUSTOMERS,
        "birth_date_end_of_time",
        "out of range",
        0.002,
        "in the year 9999",
        _birth(9999, 9999),
    ),
    Kind(
        _CUSTOMERS,
        "birth_date_before_1924",
        "out of range",
        0.004,
        "unlikely, and kept",
        _birth(1916, 1923),
    ),
    Kind(_CUSTOMERS, "late", "late", 0.02, "a new customer comes some days late", unchanged),
    Kind(
        _CUSTOMERS,
        "gender_corrected",
        "corrected",
        0.02,
        "first delivered with the other gender",
        _other_gender,
    ),
    Kind(
        _LOCATIONS,
        "country_spelling",
        "misspelt",
        0.15,
        "USA, US or DE instead of the country's name",
        _spelling,
    ),
    Kind(_LOCATIONS, "country_blank", "missing", 0.018, "nothing, or blanks", _blanks("CNTRY")),
    Kind(
        _LOCATIONS,
        "country_misspelt",
        "misspelt",
        0.0,
        "a letter is missing in the country's name",
        misspelt("CNTRY"),
    ),
    Kind(
        _CATEGORIES,
        "category_missing",
        "orphan key",
        0.06,
        "the ERP knows the category by an id that no product carries",
        _other_id,
    ),
    Kind(
        _CATEGORIES,
        "maintenance_blank",
        "missing",
        0.0,
        "whether goods can be serviced is not said",
        instead("MAINTENANCE", ""),
    ),
)
