"""How the CRM and the ERP write the business down: six CSV files, each with its own key spelling.

Columns, key shapes, date formats, CRLF line ends and the missing final newlines are those of real
exports of this kind; the values are ours. Nothing is wrong in these rows yet: dirt comes after.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sample.world import DUE_AFTER, SHIP_AFTER, Customer, Order, Product, World

CRM_CUSTOMERS = "crm/cust_info.csv"
CRM_PRODUCTS = "crm/prd_info.csv"
CRM_SALES = "crm/sales_details.csv"
ERP_CUSTOMERS = "erp/CUST_AZ12.csv"
ERP_LOCATIONS = "erp/LOC_A101.csv"
ERP_CATEGORIES = "erp/PX_CAT_G1V2.csv"

CUSTOMER_PREFIX = "FG"
ORDER_PREFIX = "HO"
FIRST_ORDER_NUMBER = 10001

Row = dict[str, str]
"""One delivered record: column name to text, in the order of the columns."""


@dataclass
class DeliveredFile:
    """One file before it is written.

    Attributes:
        rows: the records; dirt changes, adds and removes them in place.
        ends_with_newline: some exports leave the last line open, and readers must cope.
    """

    rows: list[Row]
    ends_with_newline: bool

    def to_bytes(self) -> bytes:
        """Return the file's content: UTF-8, a header, CRLF between records."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(self.rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.rows)
        content = text.getvalue()
        return (content if self.ends_with_newline else content.removesuffix("\r\n")).encode()


Delivery = dict[str, DeliveredFile]
"""File path within the landing folder to the file, for all six."""


def deliver(world: World) -> Delivery:
    """Write the clean business down in the six formats."""
    return {
        CRM_CUSTOMERS: DeliveredFile(
            [_crm_customer(customer) for customer in world.customers], ends_with_newline=False
        ),
        CRM_PRODUCTS: DeliveredFile(list(_crm_products(world.products)), ends_with_newline=True),
        CRM_SALES: DeliveredFile(list(_crm_sales(world.orders)), ends_with_newline=True),
        ERP_CUSTOMERS: DeliveredFile(
            list(_erp_customers(world.customers)), ends_with_newline=False
        ),
        ERP_LOCATIONS: DeliveredFile(
            [_erp_location(customer) for customer in world.customers], ends_with_newline=True
        ),
        ERP_CATEGORIES: DeliveredFile(list(_erp_categories(world)), ends_with_newline=False),
    }


def _customer_key(customer: Customer, separator: str = "") -> str:
    return f"{CUSTOMER_PREFIX}{separator}{customer.customer_id:08d}"


def _crm_customer(customer: Customer) -> Row:
    return {
        "cst_id": str(customer.customer_id),
        "cst_key": _customer_key(customer),
        "cst_firstname": customer.first_name,
        "cst_lastname": customer.last_name,
        "cst_marital_status": "M" if customer.is_married else "S",
        "cst_gndr": customer.gender[0],
        "cst_create_date": customer.create_date.isoformat(),
    }


def _crm_products(products: Iterable[Product]) -> Iterator[Row]:
    for product in products:
        for version in product.versions:
            yield {
                "prd_id": str(version.version_id),
                "prd_key": f"{product.category.category_id.replace('_', '-')}-{product.number}",
                "prd_nm": product.name,
                "prd_cost": str(version.cost),
                "prd_line": product.line,
                "prd_start_dt": version.start.isoformat(),
                "prd_end_dt": version.end.isoformat() if version.end else "",
            }


def _crm_sales(orders: Iterable[Order]) -> Iterator[Row]:
    for order_number, order in enumerate(orders, FIRST_ORDER_NUMBER):
        for line in order.lines:
            yield {
                "sls_ord_num": f"{ORDER_PREFIX}{order_number}",
                "sls_prd_key": line.product.number,
                "sls_cust_id": str(order.customer.customer_id),
                "sls_order_dt": _date_number(order.order_date),
                "sls_ship_dt": _date_number(order.order_date + SHIP_AFTER),
                "sls_due_dt": _date_number(order.order_date + DUE_AFTER),
                "sls_sales": str(line.amount),
                "sls_quantity": str(line.quantity),
                "sls_price": str(line.price),
            }


def _date_number(day: date) -> str:
    return f"{day:%Y%m%d}"


def _erp_customers(customers: tuple[Customer, ...]) -> Iterator[Row]:
    """The ERP changed its id format once: the older half of its customers carries a prefix."""
    for position, customer in enumerate(customers):
        prefix = "NAS" if position < len(customers) // 2 else ""
        yield {
            "CID": f"{prefix}{_customer_key(customer)}",
            "BDATE": customer.birth_date.isoformat(),
            "GEN": customer.gender,
        }


def _erp_location(customer: Customer) -> Row:
    return {"CID": _customer_key(customer, "-"), "CNTRY": customer.country}


def _erp_categories(world: World) -> Iterator[Row]:
    for category in world.categories:
        yield {
            "ID": category.category_id,
            "CAT": category.category,
            "SUBCAT": category.subcategory,
            "MAINTENANCE": "Yes" if category.has_maintenance else "No",
        }
