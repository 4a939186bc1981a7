"""The truth about marketing: what each channel brought, and what it was made to bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.output.chunk import Chunk, Row
from sample.output.columns import dates, picked
from sample.output.files import JsonLines, Parquet, SampleFile
from sample.world import journeys
from sample.world.channels import CHANNELS, PLACEBO
from sample.world.interest import LEAD_DAYS, SEARCHES_OF_INTEREST, VISITS_OF_INTEREST
from sample.world.places import STATE_SHARES, STATES
from sample.world.world import World


def truth(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield what is true about marketing.

    ``marketing_parameters.json``, JSON lines of parameter, of, to, value; ``to`` is empty but for
    transitions. By channel: ``adstock_decay``, ``half_exposure`` (adstock of impressions over the
    state's share at which saturation is one half), ``visits_at_most`` (a day, all states),
    ``is_placebo``, ``conversion_effect``, ``start_probability``, ``transition_probability`` (of one
    channel to the next), ``removal_effect`` (share of conversions that would not be without the
    channel's effect), ``shapley_share``. By state: ``state_share``. Of all: ``conversion_rate`` of
    paths, ``path_length_probability`` by length, ``search_lead_days``, ``visits_of_interest`` and
    ``searches_of_interest`` (logarithm, of a unit of interest).

    ``channel_effects/<last day>.parquet``: day_date, state, channel, impressions (those that are
    not counted by state by the state's share), visits (that the channel brought; expected ones).

    ``search_interest/<last day>.parquet``: day_date, state, interest (mean 0, variance 1): moves
    searches on the day, and visits search_lead_days later.
    """
    yield SampleFile("", "marketing_parameters.json", JsonLines(), _parameters)
    last_day = window.last_day
    for name, made in (("channel_effects", _effects), ("search_interest", _interest)):
        path = f"{name}/{last_day}.parquet"
        yield SampleFile("", path, Parquet(), partial(made, world, window))


def parameters_table(rows: Sequence[tuple[str, str, str, float]]) -> pa.Table:
    """Return parameters as records: what, of what, to what, and the value."""
    records: list[Row] = [
        {"parameter": name, "of": of, "to": to, "value": float(value)}
        for name, of, to, value in rows
    ]
    return pa.Table.from_pylist(records)


def days_of(world: World, window: Window) -> range:
    """Return the days of a delivery, as far as the world has them."""
    first = world.days.first if window.after is None else window.after + 1
    return range(first, window.until + 1)


def _parameters() -> Iterator[Chunk]:
    names = [channel.name for channel in CHANNELS]
    rows: list[tuple[str, str, str, float]] = []
    for channel in CHANNELS:
        rows += [
            ("adstock_decay", channel.name, "", channel.decay),
            ("half_exposure", channel.name, "", channel.half_exposure),
            ("visits_at_most", channel.name, "", channel.visits),
            ("is_placebo", channel.name, "", channel.name == PLACEBO),
            ("conversion_effect", channel.name, "", channel.effect),
        ]
    for name, of_channels in (
        ("start_probability", journeys.START),
        ("removal_effect", journeys.removal_effects()),
        ("shapley_share", journeys.shapley_shares()),
    ):
        rows += [(name, of, "", value) for of, value in zip(names, of_channels, strict=True)]
    for before, chances in zip(names, journeys.NEXT, strict=True):
        rows += [
            ("transition_probability", before, after, chance)
            for after, chance in zip(names, chances, strict=True)
        ]
    total = sum(journeys.LENGTH_WEIGHTS)
    rows += [
        ("path_length_probability", str(length), "", weight / total)
        for length, weight in enumerate(journeys.LENGTH_WEIGHTS, 1)
    ]
    rows += [
        ("state_share", state, "", share) for state, share in zip(STATES, STATE_SHARES, strict=True)
    ]
    rows += [
        ("conversion_rate", "all", "", journeys.conversion_rate()),
        ("search_lead_days", "all", "", LEAD_DAYS),
        ("visits_of_interest", "all", "", VISITS_OF_INTEREST),
        ("searches_of_interest", "all", "", SEARCHES_OF_INTEREST),
    ]
    yield Chunk(parameters_table(rows))


def _effects(world: World, window: Window) -> Iterator[Chunk]:
    days = days_of(world, window)
    part = slice(days.start - world.days.first, days.stop - world.days.first)
    visits = world.visits.of_channels[part]
    impressions = world.campaigns.impressions(world.days)[part]
    day, state, channel = np.indices(visits.shape).reshape(3, -1)
    table = pa.table(
        {
            "day_date": dates(day + days.start),
            "state": picked(STATES, state),
            "channel": picked([it.name for it in CHANNELS], channel),
            "impressions": pa.array(impressions.ravel()),
            "visits": pa.array(visits.ravel()),
        }
    )
    yield Chunk(table)


def _interest(world: World, window: Window) -> Iterator[Chunk]:
    days = days_of(world, window)
    begin = days.start - world.days.first + LEAD_DAYS
    interest = world.interest[begin : begin + len(days)]
    day, state = np.indices(interest.shape).reshape(2, -1)
    table = pa.table(
        {
            "day_date": dates(day + days.start),
            "state": picked(STATES, state),
            "interest": pa.array(interest.ravel()),
        }
    )
    yield Chunk(table)
