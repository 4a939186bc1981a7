"""What goes wrong between a business and its files: every kind by name, each at a stated count.

A right pipeline undoes all of it that matters to a total. So no sales line gets two kinds: one
whose amount and price are both wrong could not be repaired. Nor does a row about a customer, so
that each kind can be counted by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from sample.files import (
    CRM_CUSTOMERS,
    CRM_PRODUCTS,
    CRM_SALES,
    ERP_CATEGORIES,
    ERP_CUSTOMERS,
    ERP_LOCATIONS,
    Delivery,
    Row,
)
from sample.world import random_stream


@dataclass(frozen=True)
class Dirt:
    """How much of every kind of dirt there is; counted in rows unless it says otherwise.

    Attributes:
        customer_id_blank: records with nothing but a key of some other kind.
        customer_row_outdated: earlier rows of a customer who is delivered again, with other names
            and an earlier create date, before or after the valid row; one customer has two.
        customer_first_name_untrimmed: blanks around the first name.
        customer_last_name_untrimmed: blanks around the last name.
        customer_marital_status_blank: the CRM does not know.
        customer_gender_blank: the CRM does not know; the ERP fills the gap.
        gender_blank_everywhere: of these, customers whose gender is blank in the ERP as well.
        product_end_before_start: superseded versions whose delivered end makes no sense.
        product_cost_blank: versions without a cost.
        product_line_untrimmed: a blank after the code.
        product_line_blank: no code.
        product_category_missing: categories that the ERP lists under another id.
        order_date_zero: 0 instead of a date.
        order_date_unreadable: a number that is no date.
        amount_blank: no amount.
        amount_zero: 0.
        amount_negative: the right amount with the wrong sign.
        amount_inconsistent: positive, and not quantity times price.
        price_blank: no price; the amount is right.
        price_negative: the right price with the wrong sign; the amount is right.
        birth_date_future: after every date in the files.
        birth_date_before_1924: unlikely, but kept.
        erp_gender_letter: M or F instead of the word.
        erp_gender_letter_untrimmed: the letter and a blank.
        erp_gender_blank: nothing or blanks, with those blank in the CRM as well.
        country_usa: USA for United States.
        country_us: US for United States.
        country_de: DE for Germany.
        country_blank: nothing or blanks.
    """

    customer_id_blank: int = 4
    customer_row_outdated: int = 6
    customer_first_name_untrimmed: int = 8
    customer_last_name_untrimmed: int = 9
    customer_marital_status_blank: int = 3
    customer_gender_blank: int = 60
    gender_blank_everywhere: int = 2
    product_end_before_start: int = 26
    product_cost_blank: int = 2
    product_line_untrimmed: int = 48
    product_line_blank: int = 5
    product_category_missing: int = 1
    order_date_zero: int = 6
    order_date_unreadable: int = 2
    amount_blank: int = 4
    amount_zero: int = 2
    amount_negative: int = 3
    amount_inconsistent: int = 5
    price_blank: int = 4
    price_negative: int = 3
    birth_date_future: int = 5
    birth_date_before_1924: int = 4
    erp_gender_letter: int = 4
    erp_gender_letter_untrimmed: int = 2
    erp_gender_blank: int = 9
    country_usa: int = 24
    country_us: int = 14
    country_de: int = 10
    country_blank: int = 7

    def counts(self) -> dict[str, int]:
        """Return kind to count."""
        return {kind: int(count) for kind, count in asdict(self).items()}


class _Deck:
    """Deals rows at random, none of them twice."""

    def __init__(self, rng: Random, rows: Iterable[Row]) -> None:
        self._rows = list(rows)
        rng.shuffle(self._rows)

    def deal(self, count: int, suits: Callable[[Row], bool] = lambda _: True) -> list[Row]:
        """Take out rows that suit.

        Raises:
            ValueError: there are too few.
        """
        dealt = [position for position, row in enumerate(self._rows) if suits(row)][:count]
        if len(dealt) < count:
            raise ValueError(f"{count} rows to dirty, but only {len(dealt)} suit: sample too small")
        rows = [self._rows[position] for position in dealt]
        for position in reversed(dealt):
            del self._rows[position]
        return rows


def soil(delivery: Delivery, seed: int, dirt: Dirt) -> None:
    """Dirty the six files in place.

    Raises:
        ValueError: a file is too small for the counts.
    """
    rng = random_stream(seed, "dirt")
    unknown = _soil_crm_customers(rng, delivery[CRM_CUSTOMERS].rows, dirt)
    _soil_products(rng, delivery[CRM_PRODUCTS].rows, dirt)
    _soil_sales(rng, delivery[CRM_SALES].rows, dirt)
    _soil_erp_customers(rng, delivery[ERP_CUSTOMERS].rows, dirt, unknown)
    _soil_locations(rng, delivery[ERP_LOCATIONS].rows, dirt)
    _soil_categories(rng, delivery[ERP_CATEGORIES].rows, delivery[CRM_PRODUCTS].rows, dirt)


def _soil_crm_customers(rng: Random, rows: list[Row], dirt: Dirt) -> set[str]:
    """Return the keys of the customers whose gender is blank now."""
    deck = _Deck(rng, rows)
    for row in deck.deal(dirt.customer_first_name_untrimmed):
        row["cst_firstname"] = _padded(rng, row["cst_firstname"])
    for row in deck.deal(dirt.customer_last_name_untrimmed):
        row["cst_lastname"] = _padded(rng, row["cst_lastname"])
    for row in deck.deal(dirt.customer_marital_status_blank):
        row["cst_marital_status"] = ""
    unknown = deck.deal(dirt.customer_gender_blank)
    for row in unknown:
        row["cst_gndr"] = ""
    _add_outdated_rows(rng, rows, deck, dirt.customer_row_outdated)
    _add_rows_without_id(rng, rows, dirt.customer_id_blank)
    return {row["cst_key"] for row in unknown}


def _padded(rng: Random, name: str) -> str:
    return rng.choice((f" {name}", f"{name} ", f"  {name}", f" {name} ", f"{name}  "))


def _add_outdated_rows(rng: Random, rows: list[Row], deck: _Deck, count: int) -> None:
    """The valid row of a customer is neither always the first nor always the last one."""
    if count < 2:
        raise ValueError("customer_row_outdated must be 2 or more: one customer has two")
    customers = deck.deal(count - 1)
    for position, row in enumerate([customers[0], *customers]):
        created = date.fromisoformat(row["cst_create_date"]) - timedelta(days=1 + position % 3)
        outdated = row | {
            "cst_firstname": "",
            "cst_lastname": rng.choice(rows)["cst_lastname"].strip(),
            "cst_create_date": created.isoformat(),
        }
        place = next(index for index, other in enumerate(rows) if other is row)
        rows.insert(place + position % 2, outdated)


def _add_rows_without_id(rng: Random, rows: list[Row], count: int) -> None:
    """The last row of the file is one of them, so that it has no newline either."""
    for position in range(count):
        junk = "".join(rng.choices("ABKQTX0123456789", k=rng.randint(4, 8)))
        empty = dict.fromkeys(rows[0], "") | {"cst_key": junk}
        rows.insert(len(rows) if position == 0 else rng.randrange(len(rows)), empty)


def _soil_products(rng: Random, rows: list[Row], dirt: Dirt) -> None:
    superseded = _Deck(rng, (row for row in rows if row["prd_end_dt"]))
    for row in superseded.deal(dirt.product_end_before_start):
        start = date.fromisoformat(row["prd_start_dt"])
        row["prd_end_dt"] = date(start.year - 4, 12, 28).isoformat()
    deck = _Deck(rng, rows)
    for row in deck.deal(dirt.product_cost_blank):
        row["prd_cost"] = ""
    for row in deck.deal(dirt.product_line_untrimmed):
        row["prd_line"] += " "
    for row in deck.deal(dirt.product_line_blank):
        row["prd_line"] = ""


def _soil_sales(rng: Random, rows: list[Row], dirt: Dirt) -> None:
    deck = _Deck(rng, rows)
    for row in deck.deal(dirt.order_date_zero):
        row["sls_order_dt"] = "0"
    for row in deck.deal(dirt.order_date_unreadable):
        row["sls_order_dt"] = str(rng.randint(4000, 49999))
    for row in deck.deal(dirt.amount_blank):
        row["sls_sales"] = ""
    for row in deck.deal(dirt.amount_zero):
        row["sls_sales"] = "0"
    for row in deck.deal(dirt.amount_negative):
        row["sls_sales"] = f"-{row['sls_sales']}"
    for row in deck.deal(dirt.amount_inconsistent):
        row["sls_sales"] = str(int(row["sls_sales"]) + rng.randint(1, 2) * int(row["sls_price"]))
    for row in deck.deal(dirt.price_blank):
        row["sls_price"] = ""
    for row in deck.deal(dirt.price_negative):
        row["sls_price"] = f"-{row['sls_price']}"


def _soil_erp_customers(rng: Random, rows: list[Row], dirt: Dirt, unknown: set[str]) -> None:
    def is_unknown(row: Row) -> bool:
        return row["CID"].removeprefix("NAS") in unknown

    deck = _Deck(rng, rows)
    everywhere = deck.deal(dirt.gender_blank_everywhere, is_unknown)
    only_here = dirt.erp_gender_blank - dirt.gender_blank_everywhere
    here = deck.deal(only_here, lambda row: not is_unknown(row))
    for position, row in enumerate([*everywhere, *here]):
        row["GEN"] = " " * (position % 3)
    for row in deck.deal(dirt.erp_gender_letter):
        row["GEN"] = row["GEN"][0]
    for row in deck.deal(dirt.erp_gender_letter_untrimmed):
        row["GEN"] = f"{row['GEN'][0]} "
    for row in deck.deal(dirt.birth_date_future):
        year = rng.choice((rng.randint(2038, 2080), 9999))
        row["BDATE"] = date(year, rng.randint(1, 12), rng.randint(1, 28)).isoformat()
    for row in deck.deal(dirt.birth_date_before_1924):
        day = date(rng.randint(1916, 1923), rng.randint(1, 12), rng.randint(1, 28))
        row["BDATE"] = day.isoformat()


def _soil_locations(rng: Random, rows: list[Row], dirt: Dirt) -> None:
    deck = _Deck(rng, rows)
    american = partial(_is_in, "United States")
    for row in deck.deal(dirt.country_usa, american):
        row["CNTRY"] = "USA"
    for row in deck.deal(dirt.country_us, american):
        row["CNTRY"] = "US"
    for row in deck.deal(dirt.country_de, partial(_is_in, "Germany")):
        row["CNTRY"] = "DE"
    for position, row in enumerate(deck.deal(dirt.country_blank)):
        row["CNTRY"] = " " * (position % 4)


def _is_in(country: str, row: Row) -> bool:
    return row["CNTRY"] == country


def _soil_categories(rng: Random, rows: list[Row], products: list[Row], dirt: Dirt) -> None:
    """The ERP knows the category by an id that no product carries."""
    used = {row["prd_key"][:5].replace("-", "_") for row in products}
    taken = {row["ID"] for row in rows}
    deck = _Deck(rng, (row for row in rows if row["ID"] in used))
    for row in deck.deal(dirt.product_category_missing):
        row["ID"] = min({f"{row['ID'][:4]}{letter}" for letter in "WXYZ"} - taken)
