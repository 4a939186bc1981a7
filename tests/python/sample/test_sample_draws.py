"""Random numbers: the same at a position whatever is drawn around it, and of the right shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample.draws import Draws, chosen, poisson

WHOLE = Draws(7).uniform("series", 0, 300)


@given(start=st.integers(0, 299), count=st.integers(0, 100))
def test_any_part_is_a_part_of_the_whole(start: int, count: int) -> None:
    part = Draws(7).uniform("series", start, min(count, 300 - start))
    assert part.tolist() == WHOLE[start : start + count].tolist()


def test_numbers_depend_on_seed_and_name() -> None:
    others = (Draws(8).uniform("series", 0, 300), Draws(7).uniform("other", 0, 300))
    for other in others:
        assert not np.isin(WHOLE, other).any()


def test_positions_need_not_be_in_order() -> None:
    positions = np.array([17, 3, 250, 3])
    assert Draws(7).at("series", positions).tolist() == WHOLE[positions].tolist()
    assert Draws(7).at("series", np.empty(0, np.int64)).tolist() == []


def test_uniform_and_normal_numbers_have_their_moments() -> None:
    uniform, normal = Draws(1).uniform("a", 0, 200_000), Draws(1).normal("b", 0, 200_000)
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert uniform.mean() == pytest.approx(0.5, abs=0.003)
    assert (normal.mean(), normal.std()) == pytest.approx((0, 1), abs=0.01)


def test_choices_follow_their_weights() -> None:
    counts = np.bincount(Draws(1).choices("c", 0, 100_000, [1, 0, 3]), minlength=3)
    assert counts[1] == 0
    assert counts[2] / counts[0] == pytest.approx(3, rel=0.05)
    assert chosen(np.array([0.0, 0.999999]), [1, 1]).tolist() == [0, 1]


def test_whole_numbers_reach_both_ends() -> None:
    drawn = Draws(1).integers("d", 0, 1_000, low=3, high=5)
    assert set(drawn.tolist()) == {3, 4, 5}


@pytest.mark.parametrize("mean", [0.0, 0.02, 1.5, 90.0])
def test_counts_have_mean_and_variance_of_a_poisson_distribution(mean: float) -> None:
    counts = poisson(Draws(1).uniform("e", 0, 100_000), np.full(100_000, mean))
    assert counts.mean() == pytest.approx(mean, rel=0.05, abs=1e-9)
    assert counts.var() == pytest.approx(mean, rel=0.05, abs=1e-9)


def test_the_largest_uniform_number_ends() -> None:
    assert poisson(np.array([1 - 2.0**-53]), np.array([5.0]))[0] < 60
