"""Every error that ends a ``cloudFiles`` stream: what is wrong, and what to do about it.

Spark wraps them in errors of its own, whose text ends with theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from saleslake.errors import SaleslakeError


class StreamOptionsError(SaleslakeError):
    """The options, the path or the schema of a stream cannot be used as they are written."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        *others, (problem, remedy) = problems
        before = "".join(f"{cause}. {what} " for cause, what in others)
        super().__init__(f"cloudFiles: {before}{problem}.", remedy)


class NoColumnsError(SaleslakeError):
    """There is neither a file nor a schema to learn the columns from."""

    def __init__(self, landing: Path) -> None:
        super().__init__(
            f"cloudFiles: {landing} holds no file that can be read, so its columns are not known.",
            "Start the stream when there is one, or give .schema(...).",
        )


class NewColumnsError(SaleslakeError):
    """A file has columns that the running stream cannot have; nothing of it was read."""

    can_retry = True

    def __init__(self, path: str, columns: Sequence[str]) -> None:
        super().__init__(
            f"cloudFiles: the file '{path}' has columns that the stream did not have when it was "
            f"started: {', '.join(columns)}. Nothing of it was read.",
            "Call load and start again: the stream then has them, and goes on with this file.",
        )


class CheckpointLostError(SaleslakeError):
    """A stream starts without a checkpoint, and its files were handed out before."""

    def __init__(self, location: Path, *, handed_out: int, unconfirmed: int) -> None:
        super().__init__(
            f"cloudFiles: this query has no checkpoint, and the stream of {location} handed out "
            f"{handed_out} files already, {unconfirmed} of them in batches that Spark has not "
            "confirmed; loading them again would double them.",
            "If the checkpoint is lost and the table is not, set saleslake.restart to continue, "
            "and look for the unconfirmed files (ingest.cloudfiles.files names them) in the "
            "table's _metadata.file_path. To load everything again, into an empty table, set it "
            "to again or use a new cloudFiles.schemaLocation.",
        )


class WrongCheckpointError(SaleslakeError):
    """A checkpoint and the log of files in a schemaLocation do not belong together."""

    def __init__(self, location: Path, problem: str) -> None:
        super().__init__(
            f"cloudFiles: the checkpoint of this query does not fit the log of files in "
            f"{location}: {problem}. Going on would skip or double files.",
            "Put the right cloudFiles.schemaLocation or checkpoint back. Without the checkpoint, "
            "start with a new one and saleslake.restart; without the log, with new ones for both "
            "and an empty table.",
        )


class StreamLogError(SaleslakeError):
    """The log of files or a schema of a schemaLocation is damaged."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"cloudFiles: {file} {problem}.",
            "Restore it from a copy. Without one, use a new cloudFiles.schemaLocation, a new "
            "checkpoint and an empty table.",
        )


class StreamInUseError(SaleslakeError):
    """Another query reads with the same schemaLocation."""

    can_retry = True

    def __init__(self, location: Path, holder: str) -> None:
        super().__init__(
            f"cloudFiles: {location} is in use by another query ({holder}).",
            "Stop it first, or give each query a cloudFiles.schemaLocation of its own.",
        )
