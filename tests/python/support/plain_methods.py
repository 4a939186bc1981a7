"""Plain methods that find planted effects in delivered files: least squares and correlations.

They see the files and what an analyst would know of the business (which transforms to use, which
seasons to mind), and never what the effects are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sample.draws import Floats, Integers
from sample.world.days import day_of, is_holiday

TURN = 2 * np.pi / 365.25


@dataclass(frozen=True)
class Fit:
    """Coefficients and their standard errors, by name."""

    values: dict[str, float]
    errors: dict[str, float]

    def t(self, name: str) -> float:
        """Return a coefficient in its standard errors."""
        return self.values[name] / self.errors[name]


@dataclass(frozen=True)
class Days:
    """Clean files by day and state.

    Attributes:
        days: day numbers, without gaps.
        states: the states, the columns of what follows.
        visits: of all stores. Shape: days, states.
        impressions: by channel; national ones in all states by the states' shares.
        cost: dollars by channel and state; national ones are under no state.
    """

    days: Integers
    states: tuple[str, ...]
    visits: Floats
    impressions: dict[str, Floats]
    cost: dict[tuple[str, str], float]


def read_days(landing: Path, shares: Mapping[str, float]) -> Days:
    """Read visits and impressions of a clean first delivery."""
    visits = pq.read_table(landing / "traffic" / "store_visits.parquet")
    shown = pa_csv.read_csv(landing / "marketing" / "channel_daily.csv")
    days = _day_numbers(visits)
    first, states = int(days.min()), (*shares, "")
    shape = int(days.max()) - first + 1, len(states)
    counts = np.zeros(shape)
    np.add.at(counts, (days - first, _places(visits, states)), _numbers(visits, "num_visit"))
    channels = np.array([str(channel) for channel in shown["channel"].to_pylist()])
    days, places = _day_numbers(shown) - first, _places(shown, states)
    seen, dollars = _numbers(shown, "impressions"), _numbers(shown, "cost")
    impressions: dict[str, Floats] = {}
    cost: dict[tuple[str, str], float] = {}
    for channel in np.unique(channels).tolist():
        rows = channels == channel
        of_channel = np.zeros(shape)
        np.add.at(of_channel, (days[rows], places[rows]), seen[rows])
        national = of_channel[:, -1:] * np.array(list(shares.values()))
        impressions[channel] = of_channel[:, :-1] + national
        for place, state in enumerate(states):
            cost[channel, state] = float(dollars[rows & (places == place)].sum())
    return Days(np.arange(first, first + shape[0]), states[:-1], counts[:, :-1], impressions, cost)


def _numbers(table: pa.Table, column: str) -> Floats:
    return np.asarray(table[column]).astype(np.float64)


def _day_numbers(table: pa.Table) -> Integers:
    return np.asarray(table["day_date"].cast(pa.int32())).astype(np.int64)


def _places(table: pa.Table, states: Sequence[str]) -> Integers:
    return np.asarray(pc.index_in(table["state"], value_set=pa.array(states))).astype(np.int64)


def waves(days: Integers) -> Floats:
    """Return the waves of a year and of half a year: cosines and sines. Shape: days, 4."""
    starts = days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    angles = TURN * (days - starts.astype(np.int64))
    waving = [np.cos(angles), np.sin(angles), np.cos(2 * angles), np.sin(2 * angles)]
    return np.stack(waving, axis=1)


def controls(of: Days, regions: Mapping[str, str]) -> dict[str, Floats]:
    """Return states, weekdays, holidays, and the waves of each region: what moves visits anyway."""
    ones = np.ones(of.visits.shape)
    found = {
        state: ones * (np.arange(len(of.states)) == place) for place, state in enumerate(of.states)
    }
    for weekday in range(1, 7):
        found[f"weekday {weekday}"] = ones * ((of.days + 3) % 7 == weekday)[:, None]
    holidays = np.array([is_holiday(day_of(day)) for day in of.days.tolist()])
    found["holiday"] = ones * holidays[:, None]
    for region in sorted(set(regions.values())):
        is_there = np.array([regions[state] == region for state in of.states])
        for place, wave in enumerate(waves(of.days).T):
            found[f"{region} wave {place}"] = wave[:, None] * is_there
    return found


def least_squares(y: Floats, growth: Mapping[str, Floats], added: Mapping[str, Floats]) -> Fit:
    """Fit y = exp(growth) + added by least squares, each value weighed by its Poisson noise.

    Gauss and Newton's: a straight least-squares fit, repeated from where the last one ended.
    """
    factors = np.stack([column.ravel() for column in growth.values()], axis=1)
    terms = np.stack([column.ravel() for column in added.values()], axis=1)
    y, count = y.ravel(), len(growth)
    found = np.concatenate([_solved(factors, np.log(y)), np.zeros(len(added))])
    for _ in range(6):
        grown = np.exp(factors @ found[:count])
        fitted = grown + terms @ found[count:]
        weights = 1 / np.sqrt(np.maximum(fitted, 1))
        slopes = np.concatenate([grown[:, None] * factors, terms], axis=1) * weights[:, None]
        left = (y - fitted) * weights
        found += _solved(slopes, left)
    variance = (left @ left) / (len(left) - len(found))
    errors = np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes)) * variance)
    names = [*growth, *added]
    return Fit(
        dict(zip(names, found.tolist(), strict=True)),
        dict(zip(names, errors.tolist(), strict=True)),
    )


def _solved(columns: Floats, y: Floats) -> Floats:
    return np.linalg.lstsq(columns, y, rcond=None)[0].astype(np.float64)


def correlations_by_lead(
    searches: Floats, starts: Integers, of: Days, leads: Sequence[int], also: Floats
) -> list[float]:
    """Correlate weekly searches with visits of seven days that begin some days later.

    Both without their season.

    Args:
        searches: of the shape weeks, states.
        starts: first days of the weeks.
        of: visits.
        leads: in days.
        also: what else is taken out, by day.
    """
    found = []
    for lead in leads:
        at = (starts - of.days[0] + lead)[:, None] + np.arange(7)
        visits = np.log(of.visits[at].sum(axis=1))
        season = np.concatenate(
            [np.ones((len(starts), 1)), waves(starts), also[at].mean(axis=1)[:, None]], axis=1
        )
        x, y = (_left(season, np.log(np.maximum(it, 1))) for it in (searches, np.exp(visits)))
        found.append(float((x * y).sum() / np.sqrt((x**2).sum() * (y**2).sum())))
    return found


def _left(columns: Floats, y: Floats) -> Floats:
    left: Floats = y - columns @ _solved(columns, y)
    return left


def conversion_effects(sets: Mapping[frozenset[str], tuple[int, int]]) -> dict[str, float]:
    """Estimate the chance that each channel converts from the share of paths that did not.

    The logarithm of that share is a sum over the channels of a path.

    Args:
        sets: by the channels of paths, how many paths there are and how many converted.
    """
    names = sorted({name for channels in sets for name in channels})
    rows, shares, weights = [], [], []
    for channels, (count, converted) in sets.items():
        missed = 1 - converted / count
        if missed == 0:
            continue
        rows.append([float(name in channels) for name in names])
        shares.append(np.log(missed))
        weights.append(np.sqrt(count * missed / (1 - missed + 0.05)))
    weighing = np.array(weights)
    sums = _solved(np.array(rows) * weighing[:, None], np.array(shares) * weighing)
    return {name: 1 - float(np.exp(total)) for name, total in zip(names, sums, strict=True)}
