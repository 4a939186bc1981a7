"""`python -m bench sample`: parses, calls and prints."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bench.machine import memory_bytes
from saleslake.settings import PROJECT_DIR


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--profile", default="10M", help="Of the sample.")
@click.option("--all-systems", is_flag=True, help="All six systems too.")
@click.option("--faker-lines", type=click.IntRange(min=0), default=40_000, help="0: without Faker.")
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    default=PROJECT_DIR / "target",
    show_default="target/",
    help="Files go to saleslake_sample_bench/ in this folder.",
)
@click.option(
    "--memory-limit",
    type=click.FloatRange(min=0.1),
    default=round(0.85 * memory_bytes() / 1e9, 1),
    help="End a run that takes more, in GB.",
)
@click.option("--keep", is_flag=True, help="Leave the files where they are.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
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

    from bench.document import DOCUMENT
    from bench.sample import shown
    from bench.sample.session import SampleOptions, SampleSession
    from bench.sections import with_section
    from command.json_output import as_json
    from sample import settings_of

    options = SampleOptions(
        profile=profile,
        order_lines=settings_of(profile).order_lines,
        all_systems=all_systems,
        faker_lines=faker_lines,
        work=work / "saleslake_sample_bench",
        memory_limit_bytes=int(memory_limit * 1e9),
    )
    session = SampleSession(PROJECT_DIR, options, lambda text: click.echo(text, err=True))
    session.run()
    found = session.found()
    if write:
        part = shown.section(found, f'make bench BENCH="{" ".join(sys.argv[1:])}"')
        old = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
        DOCUMENT.write_text(with_section(old, shown.SECTION, part), encoding="utf-8")
    if not keep:
        shutil.rmtree(options.work)
    click.echo(as_json(found) if output == "json" else shown.text(found))
