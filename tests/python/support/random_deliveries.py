"""Random deliveries of a small business: late, corrected, deleted, returned, cut short, broken.

One seed gives one list. Every delivery has its own path and time: nothing but those may decide.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from deliveries import Delivery

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue

FULL = {"crm.cust_info": 0.6, "erp.loc_a101": 0.6, "crm.sales_details": 0.9}
"""Tables that are delivered in full here, with the share of keys that a delivery may lack."""

CUSTOMERS = range(1, 31)
PRODUCTS = [f"{category}-P{number}" for category in ("BK-1", "CL-2") for number in range(6)]
COUNTRIES = ["DE", "Germany", "USA", " France ", "", "Atlantis"]
KINDS = {
    "crm/cust_info": 3,
    "erp/LOC_A101": 3,
    "crm/sales_details": 6,
    "crm/prd_info": 2,
    "erp/CUST_AZ12": 1,
    "erp/PX_CAT_G1V2": 1,
}
"""Tables by how often they are delivered."""


def catalogue(full: Collection[str]) -> Catalogue:
    """The project's catalogue, with some tables delivered in full."""
    return Catalogue(
        tuple(
            replace(table, delivery="full", largest_deleted_share=FULL[table.name])
            if table.name in full
            else table
            for table in load_catalogue().tables
        )
    )


def random_deliveries(seed: int, count: int) -> list[Delivery]:
    """Return so many deliveries in order of their files' times."""
    chance = random.Random(seed)
    made: list[Delivery] = []
    for number in range(count):
        table = chance.choices(list(KINDS), list(KINDS.values()))[0]
        again = [delivery for delivery in made if delivery.name == table]
        if again and table in {"crm/cust_info", "erp/LOC_A101"} and chance.random() < 0.2:
            # The very same content once more: who went in between is back.
            (records,) = chance.choice(again).files.values()
        else:
            records = _records(table, chance)
        made.append(Delivery(table, number, {f"{table}/{number:03}.csv": records}))
    return made


def random_batches(deliveries: list[Delivery], seed: int, count: int) -> list[list[Delivery]]:
    """Return the deliveries in random order, cut into so many batches at random places."""
    chance = random.Random(seed)
    order = chance.sample(deliveries, len(deliveries))
    cuts = sorted(chance.sample(range(1, len(order)), count - 1))
    return [order[start:end] for start, end in pairwise([0, *cuts, len(order)])]


def _records(table: str, chance: random.Random) -> list[str]:
    if table == "crm/cust_info":
        return [_customer(number, chance) for number in _some(chance)]
    if table == "erp/LOC_A101":
        return [f"C-{number:04},{chance.choice(COUNTRIES)}" for number in _some(chance)]
    if table == "erp/CUST_AZ12":
        return [
            f"{chance.choice(['NAS', ''])}C{number:04},19{chance.randint(50, 99)}-02-03,"
            f"{chance.choice(['M', 'Female', ''])}"
            for number in chance.sample(CUSTOMERS, 8)
        ]
    if table == "erp/PX_CAT_G1V2":
        return [
            f"{name},{chance.choice('XY')},{chance.choice('ab')},Yes" for name in ("BK_1", "CL_2")
        ]
    if table == "crm/prd_info":
        return [_product_version(product, chance) for product in chance.sample(PRODUCTS, 4)]
    return [_sale(chance) for _ in range(chance.randint(1, 20))]


def _some(chance: random.Random) -> list[int]:
    """Return the customers of a full delivery: most of them, or few when it was cut short."""
    share = chance.choice([0.1, 0.8, 0.9, 1.0])
    return sorted(chance.sample(CUSTOMERS, max(1, int(len(CUSTOMERS) * share))))


def _customer(number: int, chance: random.Random) -> str:
    name = chance.choice(["Ann", " Bob", "Cy", ""])
    day = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return f"{number},C{number:04},{name},Doe,{chance.choice('MS')},{chance.choice('MF')},{day}"


def _product_version(product: str, chance: random.Random) -> str:
    version = chance.randint(1, 3)
    identity = PRODUCTS.index(product) * 10 + version
    cost = chance.choice(["10", "12.5", "", "-3"])
    return f"{identity},{product[:4]}-{product},Thing {identity},{cost},M,202{version}-01-01,"


def _sale(chance: random.Random) -> str:
    order, product = chance.randint(1, 60), chance.choice([*PRODUCTS, "NO-SUCH"])
    customer = chance.choice([*CUSTOMERS, 99, ""])
    day = 20210101 + order % 18
    dates = f"{chance.choice([day, day, day, 0])},{day + 7},{day + 12}"
    quantity = chance.choice([1, 2, 3, 0])
    price = chance.choice(["10", "7.5", "", "-10"])
    amount = chance.choice(["10", "", "20"])
    return f"SO{order},{product},{customer},{dates},{amount},{quantity},{price}"
