"""Every option of Auto Loader and of its text files: honoured, with what it means, or refused.

An option is honoured when it has a reader and a field of TableOptions or StreamOptions. One with
``only`` is accepted where it says what happens anyway. The others are refused with the reason, so
that nobody believes that an option works which does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.options import values
from ingest.options.cloud import CLOUD
from ingest.options.landing import LANDING
from ingest.options.option import EVOLUTION_MODES, Group, Option, Place
from ingest.options.stream_registry import STREAM

_AS_DELIVERED = "raw tables keep every value as it was delivered; silver gives it a meaning"
_NOTHING_DROPPED = "a record that does not fit goes to the quarantine, whole, and is never dropped"
_ALL_TEXT = "the columns of a stream are text: cast them in the query"

_DISCOVERY = [
    Option(
        "pathGlobFilter",
        Group.DISCOVERY,
        "Only files whose names match are loaded; the others are listed as left out.",
        read=values.name_glob,
        field="path_glob_filter",
    ),
    Option(
        "modifiedAfter",
        Group.DISCOVERY,
        "Only files changed after this time are loaded; the others are listed as left out.",
        read=values.moment,
        field="modified_after",
    ),
    Option(
        "modifiedBefore",
        Group.DISCOVERY,
        "Only files changed before this time are loaded; the others are listed as left out.",
        read=values.moment,
        field="modified_before",
    ),
    Option(
        "cloudFiles.includeExistingFiles",
        Group.DISCOVERY,
        "false: files that are there at the table's first run are not loaded, and are listed as "
        "left out. Set to true later, it loads them.",
        read=values.boolean,
        field="include_existing_files",
    ),
    Option(
        "recursiveFileLookup",
        Group.DISCOVERY,
        "the patterns of a table say which folders belong to it",
        instead="Write '**/' in a pattern for folders at any depth.",
    ),
    Option(
        "cloudFiles.allowOverwrites",
        Group.DISCOVERY,
        "it knows two answers to a file that is overwritten, and there are three",
        instead="Write on_overwrite: reload, ignore or fail, beside options; for a stream "
        "saleslake.onOverwrite.",
    ),
    Option(
        "cloudFiles.maxFileAge",
        Group.DISCOVERY,
        "it forgets old files, and loads them twice or never; the ledger forgets none",
    ),
    Option(
        "cloudFiles.useStrictGlobber",
        Group.DISCOVERY,
        "Patterns are strict: * stays inside one folder.",
        read=values.boolean,
        only=True,
    ),
    Option(
        "ignoreMissingFiles",
        Group.DISCOVERY,
        "A file that vanishes while it is loaded is set aside, and told.",
        read=values.boolean,
        only=False,
    ),
    Option(
        "ignoreCorruptFiles",
        Group.DISCOVERY,
        "A damaged file is set aside whole, and told; half of it would be loaded otherwise.",
        read=values.boolean,
        only=False,
    ),
]
_BATCHES = [
    Option(
        "cloudFiles.maxFilesPerTrigger",
        Group.BATCHES,
        "How many files are one batch at most. A run loads batches until nothing is left.",
        aliases=("maxFilesPerTrigger",),
        read=values.count,
        field="max_files_per_batch",
    ),
    Option(
        "cloudFiles.maxBytesPerTrigger",
        Group.BATCHES,
        "A batch takes no further file once its files have so many bytes: 10g, 500m. Both limits "
        "may be given; the first one reached counts.",
        aliases=("maxBytesPerTrigger",),
        read=values.size,
        field="max_bytes_per_batch",
    ),
]
_SCHEMA = [
    Option(
        "cloudFiles.format",
        Group.SCHEMA,
        "What the files are: csv, or json for JSON lines.",
        aliases=("format",),
        read=values.one_of("csv", "json"),
        field="format",
        instead="Write format beside options.",
        only_in=Place.STREAM,
        elsewhere="it has a place of its own",
    ),
    Option(
        "cloudFiles.schemaLocation",
        Group.SCHEMA,
        "The folder that holds a stream's log of files and the versions of its schema.",
        read=values.folder,
        field="schema_location",
        only_in=Place.STREAM,
        elsewhere="the raw table is its own schema, and its history is in its Delta log",
    ),
    Option(
        "cloudFiles.schemaEvolutionMode",
        Group.SCHEMA,
        "What becomes of a column that the table does not have. addNewColumns: added by the "
        "commit that brings its first values, in the same run; a stream has those of all files "
        "that wait when it starts, and ends before a later file that has others. "
        "addNewColumnsWithTypeWidening: the same, and a Parquet column that is delivered in a "
        "wider type makes the table's wider, by writing the table again. rescue and none: kept in "
        "_rescued_data. failOnNewColumns: the file is set aside. In every mode a value that its "
        "column's type cannot hold is kept in _rescued_data.",
        read=values.one_of(*EVOLUTION_MODES),
        field="schema_evolution_mode",
    ),
    Option(
        "cloudFiles.inferColumnTypes",
        Group.SCHEMA,
        "true: a column of a text file gets the type of the values in the first batch that has "
        "it, if every one of them can be written again as it was: 007, +5 and 1.10 beside 1.1 "
        "stay text, and so does a business key. What does not fit later is kept in _rescued_data. "
        "Parquet is typed anyway.",
        aliases=("inferSchema",),
        read=values.boolean,
        field="infer_column_types",
        only_in=Place.CATALOGUE,
        elsewhere=_ALL_TEXT,
    ),
    Option(
        "cloudFiles.schemaHints",
        Group.SCHEMA,
        "Types of columns: id bigint, amount decimal(18,4). They come before what is inferred or "
        "delivered, and hold from the column's first batch on; a value that does not fit is kept "
        "in _rescued_data.",
        read=values.hints,
        field="schema_hints",
        only_in=Place.CATALOGUE,
        elsewhere=_ALL_TEXT,
    ),
    Option(
        "mergeSchema",
        Group.SCHEMA,
        "Files of one table may have different columns.",
        read=values.boolean,
        only=True,
    ),
    Option(
        "enforceSchema",
        Group.SCHEMA,
        "Columns are found by the names in the header, never by position.",
        read=values.boolean,
        only=False,
    ),
    Option(
        "readerCaseSensitive",
        Group.SCHEMA,
        "Names of columns are the same without regard to case, as in Delta.",
        read=values.boolean,
        only=False,
    ),
]
_TEXT = [
    Option(
        "encoding",
        Group.TEXT,
        "What the bytes of the text mean. A byte that means nothing sets the file aside.",
        aliases=("charset",),
        read=values.encoding,
        field="encoding",
    ),
    Option(
        "multiLine",
        Group.TEXT,
        "json: true where a file is an array of objects, or objects that span lines. In a csv file "
        "a quoted value may span lines always, so that false is refused.",
        read=values.boolean,
        field="multi_line",
    ),
]
_CSV = [
    Option(
        "delimiter",
        Group.CSV,
        "One ASCII character between fields.",
        aliases=("sep",),
        read=values.character,
        field="delimiter",
    ),
    Option(
        "quote",
        Group.CSV,
        "One ASCII character around fields, doubled inside them; null where there is none.",
        read=values.character_or_none,
        field="quote",
    ),
    Option(
        "escape",
        Group.CSV,
        "One ASCII character before one that is to be taken literally. Auto Loader's is a "
        "backslash; here there is none unless it is given, as RFC 4180 has it.",
        read=values.character_or_none,
        field="escape",
    ),
    Option(
        "header",
        Group.CSV,
        "Whether the first record names the columns; true here, false in Auto Loader. Without "
        "one, the columns are the catalogue's, or those of a stream's schema, in their order.",
        read=values.boolean,
        field="header",
    ),
    Option(
        "mode",
        Group.CSV,
        _NOTHING_DROPPED,
    ),
    Option("badRecordsPath", Group.CSV, _NOTHING_DROPPED),
    Option("columnNameOfCorruptRecord", Group.CSV, _NOTHING_DROPPED),
    *(
        Option(name, Group.CSV, _AS_DELIVERED)
        for name in (
            "dateFormat",
            "timestampFormat",
            "timeZone",
            "locale",
            "preferDate",
            "nullValue",
            "emptyValue",
            "nanValue",
            "positiveInf",
            "negativeInf",
            "ignoreLeadingWhiteSpace",
            "ignoreTrailingWhiteSpace",
        )
    ),
    Option("lineSep", Group.CSV, "LF, CR LF and CR end a line, mixed too"),
    Option(
        "unescapedQuoteHandling",
        Group.CSV,
        "text after a closing quote sets the file aside: guessing would move values",
    ),
    Option("charToEscapeQuoteEscaping", Group.CSV, "an escape character escapes itself"),
    Option("comment", Group.CSV, "a line that looks like a comment may be a record"),
    Option("skipRows", Group.CSV, "what stands above a header is not dropped unseen"),
    Option("maxColumns", Group.CSV, "the limit is 4,096 columns, for every file"),
    Option("maxCharsPerColumn", Group.CSV, "the limit is 8 MB a record, for every file"),
]

OPTIONS: Sequence[Option] = (
    *(*_DISCOVERY, *LANDING, *_BATCHES, *_SCHEMA, *_TEXT, *_CSV, *CLOUD),
    *STREAM,
)
"""All options, in the order of their reference."""

BY_NAME: Mapping[str, Option] = {
    name.lower(): option for option in OPTIONS for name in (option.name, *option.aliases)
}
"""The options by each of their names, in lower case."""
