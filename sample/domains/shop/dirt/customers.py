"""What goes wrong in the web shop's file of customers."""

from __future__ import annotations

from sample.dirt.changes import (
    blank,
    cell,
    misspelt,
    mojibake,
    one_of,
    padded_with_blanks,
    same_again,
    unchanged,
)
from sample.dirt.kinds import Kind
from sample.domains.shop.dirt.changes import years_ahead
from sample.output.chunk import Row

_TABLE = "shop.customers"


def _email_mistyped(row: Row, detail: float) -> Row | None:
    email = cell(row, "email")
    return {"email": email.replace("@", one_of(detail, ("", " ", "(at)", ".")))} if email else None


def _email_upper_case(row: Row, detail: float) -> Row | None:
    email = cell(row, "email")
    return {"email": one_of(detail, (email.upper(), email.title()))} if email else None


def _mojibake_name(row: Row, detail: float) -> Row | None:
    changed: Row = {}
    for column in ("first_name", "last_name"):
        changed |= mojibake(column)(row, detail) or {}
    return changed or None


def _no_leading_zero(row: Row, _: float) -> Row | None:
    code = cell(row, "postal_code")
    return {"postal_code": code.lstrip("0")} if code.startswith("0") else None


def _nobody(row: Row, detail: float) -> Row | None:
    if not row["crm_customer_id"]:
        return None
    return {"crm_customer_id": str(900_000_000 + int(detail * 1_000_000))}


def _other_choice(row: Row, _: float) -> Row:
    return {"newsletter": "false" if row["newsletter"] == "true" else "true"}


KINDS = (
    Kind(
        _TABLE, "email_blank", "missing", 0.005, "the e-mail that was given is lost", blank("email")
    ),
    Kind(_TABLE, "email_mistyped", "mistyped", 0.01, "an e-mail without @", _email_mistyped),
    Kind(
        _TABLE,
        "email_upper_case",
        "misspelt",
        0.04,
        "an e-mail in upper case, or with capital letters",
        _email_upper_case,
    ),
    Kind(
        _TABLE,
        "email_untrimmed",
        "white space",
        0.01,
        "blanks around the e-mail",
        padded_with_blanks("email"),
    ),
    Kind(
        _TABLE,
        "name_mojibake",
        "encoding",
        0.06,
        "accented letters of the name read as Latin-1",
        _mojibake_name,
    ),
    Kind(
        _TABLE,
        "last_name_untrimmed",
        "white space",
        0.01,
        "blanks around the last name",
        padded_with_blanks("last_name"),
    ),
    Kind(
        _TABLE,
        "postal_code_shortened",
        "mistyped",
        0.03,
        "a postal code that lost its leading zeros in a spreadsheet",
        _no_leading_zero,
    ),
    Kind(
        _TABLE,
        "country_misspelt",
        "misspelt",
        0.01,
        "a letter is missing in the country's name",
        misspelt("country"),
    ),
    Kind(
        _TABLE,
        "crm_customer_unknown",
        "orphan key",
        0.003,
        "an id that no customer of the CRM has",
        _nobody,
    ),
    Kind(
        _TABLE,
        "created_date_future",
        "future date",
        0.003,
        "the account was opened decades ahead",
        years_ahead("created_date"),
    ),
    Kind(
        _TABLE,
        "record_repeated",
        "repeated",
        0.004,
        "the same record twice",
        same_again,
        adds=True,
    ),
    Kind(_TABLE, "late", "late", 0.03, "a new account comes some days late", unchanged),
    Kind(
        _TABLE,
        "newsletter_corrected",
        "corrected",
        0.02,
        "first delivered with the other choice about the newsletter",
        _other_choice,
    ),
)
