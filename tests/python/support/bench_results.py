"""Made-up benchmark results."""

from __future__ import annotations

from datetime import UTC, datetime

from bench.machine import Machine
from bench.results import FIRST_BUILD, Benchmark, DatasetInfo, GoldTotal, Measurement
from bench.sides import NodeTime

GB = 1_000_000_000
MACHINE = Machine(
    cores=2,
    processor="a processor",
    memory_bytes=24 * GB,
    system="Debian 12, Linux 6.1",
    load=0.1,
    versions={"Python": "3.11.7", "duckdb": "2.0.0"},
)


def measurement(
    side: str,
    wall_seconds: float = 10.0,
    *,
    scenario: str = FIRST_BUILD,
    dataset: str = "crm_erp",
    round_: int = 1,
    cpu_seconds: float = 12.0,
    peak_gb: float = 0.5,
    others_cpu_seconds: float = 0.1,
    nodes: tuple[NodeTime, ...] = (),
) -> Measurement:
    """One run of one side."""
    return Measurement(
        dataset=dataset,
        scenario=scenario,
        side=side,
        round=round_,
        wall_seconds=wall_seconds,
        cpu_seconds=cpu_seconds,
        peak_bytes=int(peak_gb * GB),
        others_cpu_seconds=others_cpu_seconds,
        dbt_seconds=wall_seconds - 1,
        nodes=nodes,
    )


def benchmark(*measured: Measurement, lines: int = 10_000_000, rounds: int = 1) -> Benchmark:
    """Results with the data sets that the measurements name."""
    sizes = {"crm_erp": 60_398, "lines": lines}
    names = dict.fromkeys(one.dataset for one in measured)
    return Benchmark(
        started_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
        machine=MACHINE,
        datasets=tuple(
            DatasetInfo(name, name, sizes[name], 6, 5_400_000, rounds) for name in names
        ),
        measurements=measured,
        gold=(GoldTotal("crm_erp", FIRST_BUILD, "fact_sales", 60_398, "29356250", "11685757.5"),),
    )
