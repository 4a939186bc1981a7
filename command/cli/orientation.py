"""What `saleslake` alone prints: what to do first, or next."""

from __future__ import annotations

from saleslake import __version__
from saleslake.errors import SaleslakeError
from saleslake.lake import Lake
from saleslake.settings import Settings

_FIRST = """
First
  saleslake run                                  try it on generated sample files
  saleslake run --landing exports --lake shop    your own: exports/crm/cust_info.csv and so on
"""
_AGAIN = """
Next
  saleslake status                               what is in it, how fresh, what is set aside
  saleslake run                                  land what is new, build and test
"""
_THEN = """
Then
  dbt show -s sales_monthly                      look into a table; after: source .venv/bin/activate
  make docs                                      every table, column and test in the browser
  saleslake --help                               all commands and exit codes
"""


def orientation() -> str:
    """Return a short text about the lake that the settings name."""
    try:
        lake = Lake(Settings.from_environment().lake)
        exists, where = lake.marker.exists(), str(lake.root)
    except SaleslakeError:  # a command will say it
        exists, where = False, "the folder that SALESLAKE_LAKE names"
    found = f"The lake is {where}." if exists else f"There is no lake yet in {where}."
    return (
        f"saleslake {__version__}: business files to a tested star schema.\n\n{found}\n"
        f"{_AGAIN if exists else _FIRST}{_THEN}"
    ).rstrip()
