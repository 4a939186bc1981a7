"""The geometry of the page's charts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from command.report.charts import SHOWN_BARS, SHOWN_LABELS, bars, column_chart
from command.report.figures import Share


def months(*amounts: int, start: int = 0) -> list[Share]:
    return [
        Share(f"{2020 + (start + at) // 12}-{(start + at) % 12 + 1:02}", Decimal(amount))
        for at, amount in enumerate(amounts)
    ]


def test_heights_are_in_proportion_and_within_the_frame() -> None:
    chart = column_chart(months(50, 100, 200), "USD")
    assert chart is not None
    low, middle, high = (column.height for column in chart.columns)
    assert (middle / low, high / middle) == pytest.approx((2, 2), rel=1e-3)
    assert all(0 <= column.top <= column.top + column.height <= 100.001 for column in chart.columns)
    assert [tick.text for tick in chart.ticks] == ["0", "50", "100", "150", "200"]
    assert (chart.zero, chart.ticks[0].at, chart.ticks[-1].at) == (100, 100, 0)
    assert "2020-03 with 200" in chart.summary


def test_a_month_of_returns_hangs_below_the_zero_line() -> None:
    chart = column_chart(months(300, -100), "USD")
    assert chart is not None
    up, down = chart.columns
    assert up.top + up.height == pytest.approx(chart.zero)
    assert down.top == pytest.approx(chart.zero)
    assert 0 < chart.zero < 100
    assert down.top + down.height <= 100


def test_a_month_without_sales_keeps_its_place() -> None:
    chart = column_chart([Share("2020-11", Decimal(1)), Share("2021-02", Decimal(1))], "USD")
    assert chart is not None
    assert [c.month for c in chart.columns] == ["2020-11", "2020-12", "2021-01", "2021-02"]
    assert [c.height > 0 for c in chart.columns] == [True, False, False, True]


def test_years_are_named_and_never_too_many() -> None:
    chart = column_chart(months(*[1] * 38, start=11), "USD")
    assert chart is not None
    assert [label.text for label in chart.months] == ["2021", "2022", "2023", "2024"]
    long = column_chart(months(*[1] * 600), "USD")
    assert long is not None
    assert len(long.months) <= SHOWN_LABELS


def test_what_is_no_month_and_nothing_at_all_are_not_drawn() -> None:
    assert column_chart([Share("Unknown", Decimal(5))], "USD") is None
    assert column_chart([], "USD") is None
    assert column_chart(months(0, 0), "USD") is None


def test_bars_are_relative_to_the_largest_and_shares_to_all() -> None:
    found = bars([Share("a", Decimal(60)), Share("b", Decimal(30)), Share("c", Decimal(10))])
    assert [bar.width for bar in found] == [100, 50, pytest.approx(16.667)]
    assert [bar.share for bar in found] == [Decimal("0.6"), Decimal("0.3"), Decimal("0.1")]


def test_many_members_are_summed_up_and_none_is_lost() -> None:
    shares = [Share(str(n), Decimal(n)) for n in range(30, 0, -1)]
    found = bars(shares)
    assert len(found) == SHOWN_BARS + 1
    assert found[-1].name == "20 others"
    assert sum(bar.amount for bar in found) == sum(share.amount for share in shares)
    assert len(bars(shares[: SHOWN_BARS + 1])) == SHOWN_BARS + 1  # one other has its own name


def test_amounts_that_cancel_out_are_no_error() -> None:
    found = bars([Share("a", Decimal(5)), Share("b", Decimal(-5))])
    assert [bar.share for bar in found] == [0, 0]
    assert [bar.width for bar in found] == [100, 100]
