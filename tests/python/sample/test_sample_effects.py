"""What was planted is found in clean files by plain methods; the placebo's effect is none."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from plain_methods import (
    TURN,
    Days,
    Fit,
    controls,
    conversion_effects,
    correlations_by_lead,
    least_squares,
    read_days,
)
from sample_bench import CLEAN, records_of

from sample import settings_of, write_sample
from sample.domains.traffic.truth import WEEKDAYS
from sample.draws import Draws, Floats
from sample.world import journeys
from sample.world.channels import CHANNELS, PLACEBO, adstocked, saturated
from sample.world.days import day_number
from sample.world.places import STATES

REAL_CHANNELS = [channel.name for channel in CHANNELS if channel.name != PLACEBO]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Clean:
    """A clean sample of four years, read."""

    folder: Path
    days: Days
    parameters: dict[Key, float]

    def of(self, parameter: str) -> dict[str, float]:
        """Return a parameter by what it is of."""
        return {of: value for (name, of, _), value in self.parameters.items() if name == parameter}

    def by_day(self, file: str, column: str) -> Floats:
        """Return a column of the truth. Shape: days, states."""
        table = pq.read_table(self.folder / "truth" / file / "2023-12-31.parquet")
        return np.asarray(table[column]).reshape(len(self.days.days), len(STATES), -1)

    def shock(self) -> Floats:
        """Return the logarithm of what the shock left of visits, by day."""
        (day, depth), *_ = self.of("shock_depth").items()
        since = self.days.days - day_number(date.fromisoformat(day))
        fading = np.exp(-np.maximum(since, 0) / self.of("shock_recovery_days")[day])
        return np.where(since < 0, 0.0, np.log(1 - depth * fading))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    folder = tmp_path_factory.mktemp("clean") / "files"
    settings = replace(settings_of("demo"), order_lines=60_000, rates=CLEAN)
    write_sample(folder, settings, domains=["marketing", "traffic"], processes=1)
    parameters: dict[Key, float] = {}
    for file in ("marketing_parameters.json", "traffic_parameters.json"):
        for line in (folder / "truth" / file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            parameters[row["parameter"], row["of"], row["to"]] = float(row["value"])
    shares = {state: parameters["state_share", state, ""] for state in STATES}
    return Clean(folder, read_days(folder / "landing", shares), parameters)


@pytest.fixture(scope="module")
def visits_fit(clean: Clean) -> Fit:
    """Visits by all that moves them, with the true transforms and no true effect."""
    days = clean.days
    regions = {of: to for (name, of, to) in clean.parameters if name == "region"}
    lead = int(clean.of("search_lead_days")["all"])
    interest = clean.by_day("search_interest", "interest")[:, :, 0]
    growth = controls(days, regions)
    growth["shock"] = np.ones(days.visits.shape) * clean.shock()[:, None]
    growth["interest"] = np.concatenate([np.zeros((lead, len(STATES))), interest[:-lead]])
    shares = np.array([clean.of("state_share")[state] for state in STATES])
    decay, half = clean.of("adstock_decay"), clean.of("half_exposure")
    added = {
        channel: shares * saturated(adstocked(shown / shares, decay[channel]), half[channel])
        for channel, shown in days.impressions.items()
    }
    # The first days have no interest before them.
    late = {name: column[lead:] for name, column in growth.items()}
    return least_squares(
        days.visits[lead:], late, {name: column[lead:] for name, column in added.items()}
    )


def test_visits_and_cost_have_the_size_of_the_campaign_profile(clean: Clean) -> None:
    assert clean.days.visits.sum() == pytest.approx(3_600_000, rel=0.03)
    assert sum(clean.days.cost.values()) == pytest.approx(5_000_000, rel=0.03)


def test_new_york_is_first(clean: Clean) -> None:
    visits = dict(zip(STATES, clean.days.visits.sum(axis=0), strict=True))
    cost: dict[str, float] = defaultdict(float)
    for (_, state), dollars in clean.days.cost.items():
        cost[state] += dollars
    del cost[""]
    assert max(visits, key=visits.__getitem__) == max(cost, key=cost.__getitem__) == "NY"


@pytest.mark.parametrize("channel", REAL_CHANNELS)
def test_each_channels_visits_are_found(clean: Clean, visits_fit: Fit, channel: str) -> None:
    planted = clean.of("visits_at_most")[channel]
    assert visits_fit.values[channel] == pytest.approx(planted, rel=0.1)
    assert abs(visits_fit.values[channel] - planted) < 3 * visits_fit.errors[channel]


def test_the_placebo_brings_no_visits(clean: Clean, visits_fit: Fit) -> None:
    assert abs(visits_fit.t(PLACEBO)) < 2.5
    assert clean.of("visits_at_most")[PLACEBO] == 0


def test_the_placebo_looks_as_if_it_worked_until_the_season_is_minded(clean: Clean) -> None:
    weeks = len(clean.days.days) // 7
    shown, visits = (
        it[: 7 * weeks].sum(axis=1).reshape(weeks, 7).sum(axis=1)
        for it in (clean.days.impressions[PLACEBO], clean.days.visits)
    )
    correlation = np.corrcoef(shown, visits)[0, 1]
    assert correlation * np.sqrt((weeks - 2) / (1 - correlation**2)) > 4


def test_searches_lead_visits_by_the_planted_days(clean: Clean) -> None:
    rows = records_of(clean.folder / "landing", "marketing/search_trends.csv")
    starts = sorted({str(row["week_start"]) for row in rows})[:-5]
    index = {(row["week_start"], row["state"]): float(str(row["search_index"])) for row in rows}
    searches = np.array([[index[start, state] for state in STATES] for start in starts])
    days = np.array([day_number(date.fromisoformat(start)) for start in starts])
    leads = range(22)
    found = correlations_by_lead(searches, days, clean.days, leads, clean.shock())
    peak = int(np.argmax(found))
    # Searches are known by week only.
    assert abs(peak - clean.of("search_lead_days")["all"]) <= 2
    assert found[peak] > found[0] + 0.2


def test_interest_moves_visits_as_planted(clean: Clean, visits_fit: Fit) -> None:
    planted = clean.of("visits_of_interest")["all"]
    assert visits_fit.values["interest"] == pytest.approx(planted, rel=0.05)


def test_weekdays_holidays_and_the_shock_are_found(clean: Clean, visits_fit: Fit) -> None:
    factors = clean.of("weekday_factor")
    for place, weekday in enumerate(WEEKDAYS[1:], 1):
        found = np.exp(visits_fit.values[f"weekday {place}"])
        assert found == pytest.approx(factors[weekday] / factors["Monday"], rel=0.02)
    assert np.exp(visits_fit.values["holiday"]) == pytest.approx(
        clean.of("holiday_factor")["all"], rel=0.05
    )
    # The shock's own shape explains it: as much of it as was planted, not more or less.
    assert visits_fit.values["shock"] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("region", ["north", "south", "west"])
def test_each_regions_season_is_found(clean: Clean, visits_fit: Fit, region: str) -> None:
    for of_year, first in (("yearly", 0), ("half_yearly", 2)):
        cosine, sine = (visits_fit.values[f"{region} wave {first + it}"] for it in (0, 1))
        turns = 1 if first == 0 else 2
        height = clean.of(f"{of_year}_height")[region]
        peak = turns * TURN * clean.of(f"{of_year}_peak_day")[region]
        assert cosine == pytest.approx(height * np.cos(peak), abs=0.02)
        assert sine == pytest.approx(height * np.sin(peak), abs=0.02)


def test_contributions_and_baseline_add_up_to_the_expected_visits(clean: Clean) -> None:
    table = pq.read_table(clean.folder / "truth" / "visits_expected" / "2023-12-31.parquet")
    expected, without, error = (
        np.asarray(table[name])
        for name in ("visits_expected", "visits_without_advertising", "error_expected")
    )
    brought = clean.by_day("channel_effects", "visits")
    assert expected.sum() == pytest.approx(without.sum() + brought.sum(), rel=1e-9)
    assert brought[:, :, [it.name for it in CHANNELS].index(PLACEBO)].max() == 0
    counted = pq.read_table(clean.folder / "landing" / "traffic" / "store_visits.parquet")
    off = np.abs(np.asarray(counted["num_visit"]) - expected)
    floor = clean.of("noise_floor_wape")["store days"]
    assert off.sum() / expected.sum() == pytest.approx(floor, rel=0.02)
    assert error.sum() / expected.sum() == pytest.approx(floor, rel=1e-9)


def paths_of(clean: Clean) -> list[tuple[list[str], bool]]:
    """Return the channels of each delivered path, and whether it led to an order."""
    rows = records_of(clean.folder / "landing", "marketing/touch_points.jsonl")
    rows.sort(key=lambda row: (str(row["visitor_id"]), int(str(row["journey_position"]))))
    channels: dict[str, list[str]] = defaultdict(list)
    converted = {}
    for row in rows:
        channels[str(row["visitor_id"])].append(str(row["channel"]))
        converted[str(row["visitor_id"])] = row["transaction_id"] is not None
    return [(path, converted[visitor]) for visitor, path in channels.items()]


def test_what_channels_convert_is_found(clean: Clean) -> None:
    sets: dict[frozenset[str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path, converts in paths_of(clean):
        count, converted = sets[frozenset(path)]
        sets[frozenset(path)] = count + 1, converted + converts
    found = conversion_effects({it: counts for it, counts in sets.items() if counts[0] >= 30})
    assert found == pytest.approx(clean.of("conversion_effect"), abs=0.03)


def test_paths_begin_and_go_on_as_planted(clean: Clean) -> None:
    paths = [path for path, _ in paths_of(clean)]
    starts = Counter(path[0] for path in paths)
    follows = Counter(pair for path in paths for pair in pairwise(path))
    before = Counter(channel for path in paths for channel in path[:-1])
    for (name, of, to), planted in clean.parameters.items():
        if name == "start_probability":
            assert starts[of] / len(paths) == pytest.approx(planted, abs=0.015)
        if name == "transition_probability":
            assert follows[of, to] / before[of] == pytest.approx(planted, abs=0.035)


def test_removal_effects_and_shapley_shares_are_exact() -> None:
    channels = journeys.paths(Draws(1), "test", 150_000).channels
    rate = journeys.conversion_chances(channels).mean()
    assert journeys.conversion_rate() == pytest.approx(rate, rel=0.005)
    for place, effect in enumerate(journeys.removal_effects()):
        without = np.where(channels == place, journeys.NO_CHANNEL, channels)
        lost = 1 - journeys.conversion_chances(without).mean() / rate
        assert effect == pytest.approx(lost, abs=0.006)
    shares = journeys.shapley_shares()
    assert sum(shares) == pytest.approx(1)
    assert shares[[it.name for it in CHANNELS].index(PLACEBO)] == pytest.approx(0, abs=1e-12)
