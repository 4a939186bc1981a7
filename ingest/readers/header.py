"""A file's header against the catalogue: every column gets its place by name, never by position."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.catalogue.tables import DeliveredTable
from ingest.names import RESERVED_COLUMNS, stored_name
from ingest.readers.base import UnreadableFileError

MAX_COLUMNS = 4096
MAX_NAME = 255
_NO_HEADER = "the header is missing, or this is another table's file"
_DELIMITERS = {";": "';'", "\t": "a tab", "|": "'|'", ",": "','"}


def column_names(header: Sequence[str], table: DeliveredTable) -> tuple[str, ...]:
    """Return a header's names as a Delta table can hold them.

    Surrounding white space goes; what Delta refuses becomes ``_``. Names are compared without
    case. Where no column is expected, any header will do.

    Raises:
        UnreadableFileError: a name is blank, repeated, too long or one of ingest's own, a business
            key column is missing, or the first record does not look like a header at all.
    """
    names = tuple(map(stored_name, header))
    folded = [name.lower() for name in names]
    expected = {name.lower() for name in table.columns}
    # Names are shown only where the line is a header beyond doubt: otherwise it holds values.
    if expected and not expected.intersection(folded):
        raise UnreadableFileError(
            "the first line holds none of the expected column names; "
            f"{_other_delimiter(header, table) or _NO_HEADER}; expected: {', '.join(table.columns)}"
        )
    for position, name in enumerate(names):
        if not name:
            raise UnreadableFileError(f"the header's column {position + 1} has no name")
        if len(name) > MAX_NAME:
            raise UnreadableFileError(
                f"the name of the header's column {position + 1} is longer than {MAX_NAME}"
            )
        if folded[position] in RESERVED_COLUMNS:
            raise UnreadableFileError(f"the header holds '{name}', a column that ingest adds")
        if folded[position] in folded[:position]:
            raise UnreadableFileError(f"the header holds column '{name}' more than once")
    missing = [key for key in table.business_key if key.lower() not in folded]
    if missing:
        raise UnreadableFileError(
            f"the header lacks the business key {', '.join(missing)}; found: {', '.join(names)}"
        )
    return names


def _other_delimiter(header: Sequence[str], table: DeliveredTable) -> str | None:
    """Say what to do where the only column looks like several between another character."""
    if table.format != "csv" or len(header) != 1:
        return None
    for delimiter, told in _DELIMITERS.items():
        if delimiter != table.options.delimiter and delimiter in header[0]:
            return (
                f"it is one column with {told} in it: if that is what stands between the fields, "
                "set the table's option delimiter to it"
            )
    return None
