"""`saleslake run`: the main job."""

from __future__ import annotations

import click

from command.cli.options import engine_option, format_option, lake_option, landing_option

_EXAMPLES = """\b
Examples:
  saleslake run                                  sample data, in lake/
  saleslake run --landing exports --lake shop    your own files
  saleslake run --lake shop --engine spark       the same lake on Apache Spark
  saleslake run --format json > report.json      for scripts; see docs/json.md
"""


@click.command(epilog=_EXAMPLES)
@landing_option
@lake_option
@engine_option
@format_option
@click.option("--full-refresh", is_flag=True, help="Build every table again from the raw ones.")
def run(
    landing: str | None, lake: str | None, engine: str | None, output: str, *, full_refresh: bool
) -> int:
    """Land new files, build and test the lake, and report.

    Run it again whenever files were added: what is known is not touched, and with nothing new it
    takes a second. Ctrl-C or SIGTERM stops it; the next run goes on where it stopped. The report
    is kept as a page and as JSON: <lake>/ops/reports/latest.html and latest.json.
    """
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.progress import Progress
    from command.report.terminal import render
    from command.run import run as run_job
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake, engine=engine)
    report = run_job(settings, Progress(), full_refresh=full_refresh)
    click.echo(as_json(report) if output == "json" else render(report))
    return report.exit_code
