"""Auto Loader's options, by its own names: what each means here, or why it is refused.

``registry`` lists them all, ``values`` reads what is written for one, ``table_options`` is what a
table's options come to, and ``reference`` writes docs/loader-options.md from the list.
"""

from __future__ import annotations

from ingest.options.table_options import OptionProblem, TableOptions, read_options

__all__ = ["OptionProblem", "TableOptions", "read_options"]
