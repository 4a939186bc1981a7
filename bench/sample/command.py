"""`python -m bench sample`: parses, calls and prints."""

from __future__ import annotations

from pathlib import Path

import click

from bench.options import measured, say, with_shared_options
from bench.sections import this_call, write_section
from saleslake.settings import PROJECT_DIR


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--profile", default="10M", help="Of the sample.")
@click.option("--all-systems", is_flag=True, help="All six systems too.")
@click.option("--faker-lines", type=click.IntRange(min=0), default=40_000, help="0: without Faker.")
@with_shared_options("Files go to saleslake_sample_bench/", "files")
@click.option("--write", is_flag=True, help="Write the sample's part of docs/benchmarks.md.")
def sample(  # noqa: PLR0913 (one argument for each option)
    *,
    profile: str,
    all_systems: bool,
    faker_lines: int,
    work: Path,
    memory_limit: float,
    keep: bool,
    output: str,
    write: bool,
) -> None:
    """Measure `saleslake sample write` against Faker, row by row."""
    import shutil  # lazy: help must not wait for NumPy

    from bench.sample import shown
    from bench.sample.session import SampleOptions, SampleSession
    from sample import settings_of

    options = SampleOptions(
        profile=profile,
        order_lines=settings_of(profile).order_lines,
        all_systems=all_systems,
        faker_lines=faker_lines,
        work=work / "saleslake_sample_bench",
        memory_limit_bytes=int(memory_limit * 1e9),
    )
    found, results = measured(SampleSession(PROJECT_DIR, options, say), options.work)
    if write:
        write_section(shown.SECTION, shown.section(found, this_call()))
    if not keep:
        shutil.rmtree(options.work)
    click.echo(results if output == "json" else shown.text(found))
