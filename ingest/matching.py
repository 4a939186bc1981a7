"""Which table each of many paths belongs to: the catalogue's patterns as one expression.

To try the patterns of all tables one after the other took a sixth of the time of listing 100,000
files. One expression says the same in one call.
"""

from __future__ import annotations

import re

from ingest.catalogue import Catalogue, DeliveredTable
from ingest.globs import compile_glob


class TableFinder:
    """Finds the table of a path; the answers are those of ``Catalogue.table_of``."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        # Each table looks ahead from the start, so that all that claim a path are seen.
        self._all = re.compile("".join(map(_claim, catalogue.tables)), re.DOTALL)

    def table_of(self, path: str) -> DeliveredTable | None:
        """Return the table whose patterns match a path relative to the landing folder.

        Raises:
            CatalogueError: two tables claim the path.
        """
        found = self._all.match(path)
        claims = found.groups() if found else ()
        number = len(claims) - claims.count(None)
        if number > 1:
            return self._catalogue.table_of(path)  # which says what is wrong
        return self._catalogue.tables[claims.index("")] if number else None


def _claim(table: DeliveredTable) -> str:
    """Return an expression that matches nothing anywhere, in a group if the path is the table's."""
    patterns = "|".join(compile_glob(pattern).pattern for pattern in table.patterns)
    return rf"(?:(?=(?:{patterns})\Z)()|)"
