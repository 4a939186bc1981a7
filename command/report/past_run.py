"""An earlier run, read back from the report that it left as JSON.

Only what a later run or ``saleslake status`` needs, each with a default: a report that another
version of saleslake wrote is read as far as it goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True)
class PastNode:
    """A model or test that failed."""

    name: str
    kind: str = ""
    message: str = ""


@dataclass(frozen=True)
class PastBuild:
    """What dbt did; see ``BuildReport``."""

    kind: str = ""
    reason: str = ""
    seconds: float = 0.0
    tests: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[PastNode, ...] = ()


@dataclass(frozen=True)
class PastCurrency:
    """The figures of one currency; see ``CurrencyFigures``."""

    currency_code: str
    revenue: Decimal
    profit: Decimal
    orders: int


@dataclass(frozen=True)
class PastFigures:
    """The figures of the lake after that run; see ``Figures``."""

    customers: int
    products: int
    currencies: tuple[PastCurrency, ...] = ()


@dataclass(frozen=True)
class PastTable:
    """A table of the lake after that run; see ``TableState``."""

    schema: str
    name: str
    layer: str
    rows: int | None = None

    @property
    def full_name(self) -> str:
        """Schema and name, such as ``gold.fact_sales``."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class PastRun:
    """One earlier run; see ``RunReport`` for what its attributes mean."""

    run_id: str
    started_at: datetime
    seconds: float
    engine: str
    exit_code: int
    landing: Path
    landing_kind: str = "real"
    verdict: str = ""
    build: PastBuild = field(default_factory=PastBuild)
    figures: PastFigures | None = None
    lake_tables: tuple[PastTable, ...] = ()


def read_past_run(report: Path) -> PastRun | None:
    """Read a report's JSON; None when there is none, or none that can be read."""
    try:
        return TypeAdapter(PastRun).validate_json(report.read_bytes())
    except (OSError, ValidationError):
        return None
