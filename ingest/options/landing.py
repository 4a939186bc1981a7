"""Options about what lies in the landing folder, beside those that say which files are loaded."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.options import values
from ingest.options.option import Group, Option, Place

_KEPT = "a stream leaves its files where they are"

LANDING: Sequence[Option] = [
    Option(
        "cloudFiles.backfillInterval",
        Group.DISCOVERY,
        "A length of time, such as 1 week. Every run lists the whole landing folder, so it misses "
        "nothing that a later look would have to find. What options leave out is loaded by "
        "saleslake backfill.",
        read=values.interval,
    ),
    Option(
        "cloudFiles.partitionColumns",
        Group.DISCOVERY,
        "Columns that the folders of a file's path give, as in region=EU/day=2026-01-31/x.csv: "
        "'region, day date'. Without a type, here or in schemaHints, a column is text. Percent "
        "signs are decoded, __HIVE_DEFAULT_PARTITION__ is null, and so is a column that a path "
        "does not name. A file that has such a column itself is set aside. None are taken unless "
        "they are named.",
        read=values.partition_columns,
        field="partition_columns",
        only_in=Place.CATALOGUE,
        elsewhere="_metadata holds the path of each row",
    ),
    Option(
        "cloudFiles.cleanSource",
        Group.DISCOVERY,
        "What becomes of a file in the landing folder once it is loaded. MOVE: it is copied to "
        "moveDestination under its own path, the copy is checked by its hash, and it goes. DELETE: "
        "it goes. Only after its commit and the retention, and only if it still is what was "
        "loaded; a file with a quarantined record, of a full delivery that does not count, or that "
        "was not loaded stays.",
        read=values.one_of("OFF", "MOVE", "DELETE"),
        field="clean_source",
        only_in=Place.CATALOGUE,
        elsewhere=_KEPT,
    ),
    Option(
        "cloudFiles.cleanSource.retentionDuration",
        Group.DISCOVERY,
        "How long a file stays after its commit, and after it was last touched: 14 days, 2 weeks. "
        "More than 7 days for DELETE. A month counts 31 days, a year 366.",
        read=values.interval,
        field="clean_source_retention",
        only_in=Place.CATALOGUE,
        elsewhere=_KEPT,
    ),
    Option(
        "cloudFiles.cleanSource.moveDestination",
        Group.DISCOVERY,
        "Where MOVE moves to: the absolute path of a folder outside the landing folder and the "
        "lake. No file there is overwritten: another content or time of a path gets its hash, and "
        "where needed its time, in its name.",
        read=values.absolute_folder,
        field="clean_source_destination",
        only_in=Place.CATALOGUE,
        elsewhere=_KEPT,
    ),
    Option(
        "cloudFiles.cleanSource.waitForCompletion",
        Group.DISCOVERY,
        "A run ends when its cleaning up is done.",
        read=values.boolean,
        only=True,
    ),
]
