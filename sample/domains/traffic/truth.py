"""The truth about visits: what was expected of each day, and how near a forecast can come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.marketing.truth import days_of, parameters_table
from sample.output.chunk import Chunk
from sample.output.columns import dates, picked
from sample.output.files import JsonLines, Parquet, SampleFile
from sample.world.places import STATE_SHARES, STATES, stores
from sample.world.shock import RECOVERY_DAYS, SHOCK_DAY, SHOCK_DEPTH
from sample.world.visits import HOLIDAY_VISITS, NOISE, SEASONS, WEEKDAY_VISITS, expected_error
from sample.world.world import World

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def truth(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield what is true about visits.

    ``visits_expected/<last day>.parquet``: store_code, day_date, visits_expected (without any
    chance), visits_without_advertising, error_expected (mean absolute difference of the true count
    from visits_expected: no forecast of a day comes nearer).

    ``traffic_parameters.json``, JSON lines of parameter, of, to, value: ``level`` (visits of all
    states on a day without season and advertising), ``state_share``, ``store_share`` (of its
    state), ``weekday_factor``, ``holiday_factor``, ``shock_depth``, ``shock_recovery_days`` (of the
    first day of the shock), ``noise`` (standard deviation of the logarithm, beside Poisson's),
    by region ``yearly_height``, ``yearly_peak_day``, ``half_yearly_height``,
    ``half_yearly_peak_day`` (waves in the logarithm, days of the year) and ``region`` of each
    state; ``noise_floor_wape`` of stores' days, states' days and all days, of all that was
    delivered until now.
    """
    made = partial(_expected, world, window)
    yield SampleFile("", f"visits_expected/{window.last_day}.parquet", Parquet(), made)
    yield SampleFile(
        "", "traffic_parameters.json", JsonLines(), partial(_parameters, world, window.until)
    )


def _expected(world: World, window: Window) -> Iterator[Chunk]:
    visits, found = world.visits, stores()
    days = days_of(world, window)
    size = max(1, world.settings.chunk_rows // len(found))
    for first in range(days.start, days.stop, size):
        begin = first - world.days.first
        part = slice(begin, min(begin + size, days.stop - world.days.first))
        expected = visits.of_stores(visits.expected[part])
        day, store = np.indices(expected.shape).reshape(2, -1)
        table = pa.table(
            {
                "store_code": picked([it.code for it in found], store),
                "day_date": dates(day + first),
                "visits_expected": pa.array(expected.ravel()),
                "visits_without_advertising": pa.array(
                    visits.of_stores(visits.baseline[part]).ravel()
                ),
                "error_expected": pa.array(expected_error(expected, expected**2).ravel()),
            }
        )
        yield Chunk(table)


def noise_floors(world: World, until: int) -> dict[str, float]:
    """Return the least WAPE of a forecast of days until one, by what is added up before."""
    visits = world.visits
    by_state = visits.expected[: until + 1 - world.days.first]
    by_store = visits.of_stores(by_state)
    states = np.array([store.state for store in stores()])
    # Each store's noise is its own, so squares add up.
    squares = np.stack(
        [(by_store[:, states == state] ** 2).sum(axis=1) for state in STATES], axis=1
    )
    return {
        name: float(expected_error(expected, of_noise).sum() / by_state.sum())
        for name, expected, of_noise in (
            ("store days", by_store, by_store**2),
            ("state days", by_state, squares),
            ("days", by_state.sum(axis=1), squares.sum(axis=1)),
        )
    }


def _parameters(world: World, until: int) -> Iterator[Chunk]:
    rows: list[tuple[str, str, str, float]] = [
        ("level", "all", "", world.visits.level),
        ("holiday_factor", "all", "", HOLIDAY_VISITS),
        ("shock_depth", SHOCK_DAY.isoformat(), "", SHOCK_DEPTH),
        ("shock_recovery_days", SHOCK_DAY.isoformat(), "", RECOVERY_DAYS),
        ("noise", "all", "", NOISE),
    ]
    rows += [
        ("state_share", state, "", share) for state, share in zip(STATES, STATE_SHARES, strict=True)
    ]
    rows += [("store_share", store.code, "", store.share) for store in stores()]
    rows += [
        ("weekday_factor", day, "", factor)
        for day, factor in zip(WEEKDAYS, WEEKDAY_VISITS, strict=True)
    ]
    for region, season in SEASONS.items():
        rows += [("region", state, region, 1.0) for state in season.states]
        rows += [
            ("yearly_height", region, "", season.yearly),
            ("yearly_peak_day", region, "", season.yearly_peak),
            ("half_yearly_height", region, "", season.half_yearly),
            ("half_yearly_peak_day", region, "", season.half_yearly_peak),
        ]
    rows += [
        ("noise_floor_wape", of, "", floor) for of, floor in noise_floors(world, until).items()
    ]
    yield Chunk(parameters_table(rows))
