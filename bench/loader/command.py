"""`python -m bench loader`: parses, calls and prints."""

from __future__ import annotations

from pathlib import Path

import click

from bench.loader.names import SIDES
from bench.options import measured, say, with_shared_options
from bench.sections import this_call, write_section
from saleslake.settings import PROJECT_DIR


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option(
    "--side",
    "sides",
    type=click.Choice(list(SIDES)),
    multiple=True,
    default=list(SIDES),
    help="Who loads the many lines; again for more than one.",
)
@click.option(
    "--lines", type=click.IntRange(min=0), default=10_000_000, help="Sales lines; 0: without them."
)
@click.option("--files", type=click.IntRange(min=1), default=20, help="In so many files.")
@click.option(
    "--large",
    type=click.IntRange(min=0),
    default=1000,
    help="MB of the large file, and ten times those of the other; 0: without them.",
)
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=3,
    help="How often everything is measured but the first load of small files.",
)
@click.option("--small-files", type=click.IntRange(min=0), default=100_000, help="0: without them.")
@with_shared_options("Files and tables go to saleslake_loader_bench/", "files and tables")
@click.option("--write", is_flag=True, help="Write the loader's part of docs/benchmarks.md.")
def loader(  # noqa: PLR0913 (one argument for each option)
    *,
    sides: tuple[str, ...],
    lines: int,
    files: int,
    large: int,
    rounds: int,
    small_files: int,
    work: Path,
    memory_limit: float,
    keep: bool,
    output: str,
    write: bool,
) -> None:
    """Measure `saleslake ingest` against Spark's CSV source and DuckDB, side by side."""
    from bench.loader import section, shown  # lazy: help must not wait for pyarrow
    from bench.loader.session import LoaderOptions, LoaderSession

    options = LoaderOptions(
        sides=tuple(title for name, title in SIDES.items() if name in sides),
        lines=lines,
        files=files,
        large_bytes=large * 1_000_000,
        rounds=rounds,
        small_files=small_files,
        work=work / "saleslake_loader_bench",
        keep=keep,
        memory_limit_bytes=int(memory_limit * 1e9),
    )
    session = LoaderSession(PROJECT_DIR, options, say)
    found, results = measured(session, options.work)
    if write:
        write_section(section.SECTION, section.render(found, this_call()))
    click.echo(results if output == "json" else shown.text(found))
