"""Whether two sides did the same work: the same nodes with the same outcome, the same tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.results import NOTHING_NEW, Measurement
from bench.sides import NodeTime
from bench.totals import Totals

PASSED = {"success", "pass", "warn"}
SHOWN = 5
"""Differences shown in full; the rest are counted."""


def differences(
    scenario: str, measured: Sequence[Measurement], held: Mapping[str, Totals]
) -> list[str]:
    """Return everything that makes the times of a scenario incomparable.

    Args:
        scenario: one of SCENARIOS.
        measured: one run of each side.
        held: the totals of each side's tables after it.
    """
    found = [text for one in measured for text in failed_nodes(one.side, one.nodes)]
    # This project sees that nothing is new before it starts dbt; dbt alone runs every node.
    ran = [one for one in measured if scenario != NOTHING_NEW or one.nodes]
    for other in ran[1:]:
        found += node_differences(ran[0].side, ran[0].nodes, other.side, other.nodes)
    first = measured[0].side
    for other in measured[1:]:
        found += total_differences(first, held[first], other.side, held[other.side])
    return found


def failed_nodes(side: str, nodes: Sequence[NodeTime]) -> list[str]:
    """Return the nodes of a side that did not succeed; a test of severity warn may warn."""
    failed = [node for node in nodes if node.status not in PASSED]
    return shortened([f"{side}: {node.kind} {node.name} is {node.status}" for node in failed])


def node_differences(
    one: str, nodes: Sequence[NodeTime], other: str, other_nodes: Sequence[NodeTime]
) -> list[str]:
    """Return how the nodes of two sides differ: in number, by name, or in what came of them."""
    left = {(node.kind, node.name): node.status for node in nodes}
    right = {(node.kind, node.name): node.status for node in other_nodes}
    found = []
    if len(nodes) != len(other_nodes):
        found.append(f"{one} ran {len(nodes)} nodes and {other} {len(other_nodes)}")
    found += [f"{kind} {name} ran on {one} alone" for kind, name in sorted(left.keys() - right)]
    found += [f"{kind} {name} ran on {other} alone" for kind, name in sorted(right.keys() - left)]
    for kind, name in sorted(left.keys() & right):
        here, there = left[kind, name], right[kind, name]
        if here != there:
            found.append(f"{kind} {name} is {here} on {one} and {there} on {other}")
    return shortened(found)


def total_differences(one: str, totals: Totals, other: str, other_totals: Totals) -> list[str]:
    """Return every total in which two sides differ."""
    found = []
    for table in sorted(totals.keys() | other_totals.keys()):
        left, right = totals.get(table), other_totals.get(table)
        if left is None or right is None:
            found.append(f"{table} is on {one if right is None else other} alone")
            continue
        found += [
            f"{table} {asked}: {left[asked]} on {one}, {right.get(asked)} on {other}"
            for asked in left
            if left[asked] != right.get(asked)
        ]
    return shortened(found)


def shortened(found: list[str]) -> list[str]:
    """Return the first differences and how many more there are."""
    more = len(found) - SHOWN
    return found if more <= 0 else [*found[:SHOWN], f"and {more} more"]
