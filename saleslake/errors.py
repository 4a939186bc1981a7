"""Every error a user can meet: what is wrong, what to do about it, and the exit code it ends with.

One class per cause. Each carries the fields that name the bad value; the sentence is made here and
nowhere else, so that the terminal, the run report and the log say the same. A code says what kind
of thing went wrong, so that a scheduler can tell "fix the files" from "try again later".
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar

EXIT_OK = 0
EXIT_BUILD_FAILED = 1
EXIT_USAGE = 2
EXIT_SET_ASIDE = 3
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130


def did_you_mean(value: str, valid: list[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest valid name, or an empty string."""
    nearest = get_close_matches(value, valid, n=1, cutoff=0.6)
    return f" Did you mean '{nearest[0]}'?" if nearest else ""


class SaleslakeError(Exception):
    """Base of all errors that end a command with one clear message.

    Attributes:
        exit_code: what the process returns to its caller; distinct for each cause.
        can_retry: whether the same command may succeed later with nothing changed.
        cause: one sentence saying what is wrong, naming the bad value.
        remedy: one sentence saying what to do.
    """

    exit_code: ClassVar[int] = EXIT_INTERNAL
    can_retry: ClassVar[bool] = False

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause} {remedy}")
        self.cause = cause
        self.remedy = remedy


class LandingMissingError(SaleslakeError):
    """LANDING was given and is no folder, or holds no file."""

    exit_code = 10

    def __init__(self, landing: Path, *, exists: bool) -> None:
        state = "holds no file" if exists else "is not a folder"
        super().__init__(
            f"The landing folder {landing} {state}.",
            "Point LANDING (SALESLAKE_LANDING) at the folder that holds crm/cust_info.csv and the "
            "others; leave it unset to try saleslake on generated sample data.",
        )


class CatalogueError(SaleslakeError):
    """The catalogue of delivered tables cannot be used as it is written."""

    exit_code = 11

    def __init__(self, file: Path, line: int | None, problem: str, remedy: str) -> None:
        place = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{place}: {problem}.", remedy)


class SettingError(SaleslakeError):
    """A setting has a value that is not one of the valid ones."""

    exit_code = 12

    def __init__(self, setting: str, value: str, valid: list[str]) -> None:
        super().__init__(
            f"{setting} is '{value}', which is not one of: {', '.join(valid)}.",
            f"Set {setting} to one of them.{did_you_mean(value, valid)}",
        )


class JavaMissingError(SaleslakeError):
    """The spark engine finds no Java, or one that is too old."""

    exit_code = 13

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The spark engine needs Java 17 or 21, and {found}.",
            "Install a JDK (Debian: apt install openjdk-17-jdk-headless; macOS: brew install "
            "openjdk@17) or set JAVA_HOME; or use ENGINE=embedded, which needs no Java.",
        )


class LakeInUseError(SaleslakeError):
    """Another process is writing to this lake."""

    exit_code = 14
    can_retry = True

    def __init__(self, lake: Path, holder: str) -> None:
        super().__init__(
            f"The lake {lake} is in use by another run ({holder}).",
            "Wait for it to end, or use another LAKE. A lock left by a killed run is released by "
            "itself.",
        )


class LakeNotWritableError(SaleslakeError):
    """The lake's folder cannot be created or written."""

    exit_code = 15

    def __init__(self, lake: Path, reason: str) -> None:
        super().__init__(
            f"The lake folder {lake} cannot be written: {reason}.",
            "Give a folder that this user may write to and that has free space, by LAKE or "
            "SALESLAKE_LAKE.",
        )


class LakeKindError(SaleslakeError):
    """Sample and real files would be mixed in one lake."""

    exit_code = 16

    def __init__(self, lake: Path, holds: str, offered: str) -> None:
        super().__init__(
            f"The lake {lake} holds {holds} data, and this run would add {offered} data to it.",
            "A lake never mixes the two: use another LAKE, or delete this folder first.",
        )


class LakeVersionError(SaleslakeError):
    """The lake was written by a newer saleslake, or its marker file is damaged."""

    exit_code = 17

    def __init__(self, marker: Path, problem: str) -> None:
        super().__init__(
            f"{marker} {problem}.",
            "Use the saleslake version that wrote this lake, or another LAKE.",
        )


class ProjectError(SaleslakeError):
    """The dbt project or its profile cannot be loaded."""

    exit_code = 18

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"dbt could not load the project or start the engine: {problem}",
            "Mend what is named above; make setup writes profiles.yml when it is missing.",
        )


class LedgerError(SaleslakeError):
    """The ledger of loaded files and a raw table do not belong together."""

    exit_code = 19

    def __init__(self, lake: Path, table: str, *, ledger_batch: int, table_batch: int) -> None:
        super().__init__(
            f"In the lake {lake} the ledger knows batches up to {ledger_batch} of {table}, and the "
            f"table itself holds them up to {table_batch}: one of the two was deleted or restored.",
            "saleslake doctor names the command that makes them agree again; going on would double "
            "or lose records.",
        )


class LakePathError(SaleslakeError):
    """The lake's path has characters that an engine would write differently."""

    exit_code = 20

    def __init__(self, lake: Path) -> None:
        super().__init__(
            f"The lake's path {lake} has a space or another character that the engines encode.",
            "Give a LAKE whose path has only letters a to z, digits and . _ - / ~ in it.",
        )


class DeliveryError(SaleslakeError):
    """A full delivery was to be accepted that there is not."""

    exit_code = 21

    def __init__(self, problem: str, tables: list[str], name: str) -> None:
        names = ", ".join(tables) or "none (write 'delivery: full' in the catalogue)"
        super().__init__(
            f"{problem}.",
            f"Tables with full deliveries: {names}.{did_you_mean(name, tables)}",
        )


class DamagedTableError(SaleslakeError):
    """Files of a Delta table are missing, cut off or not what they should be."""

    exit_code = 30

    def __init__(self, table: str, path: Path, problem: str, others: Sequence[str] = ()) -> None:
        also = f" So are: {', '.join(others)}." if others else ""
        super().__init__(
            f"The table {table} ({path}) is damaged: {problem}.{also}",
            "saleslake doctor names the file and the command that repairs it.",
        )


class UnknownTableError(SaleslakeError):
    """A command names a table that the lake does not have."""

    exit_code = 31

    def __init__(self, lake: Path, table: str, valid: list[str]) -> None:
        super().__init__(
            f"The lake {lake} has no table '{table}'.",
            f"saleslake as-of now lists them, as <schema>.<table>.{did_you_mean(table, valid)}",
        )


class UnknownVersionError(SaleslakeError):
    """A table does not have the version, or not any more, or had none at that time."""

    exit_code = 32

    def __init__(self, table: str, asked: str, *, versions: str) -> None:
        super().__init__(
            f"{table} cannot be read {asked}; {versions}.",
            f"saleslake as-of --table {table} lists its versions.",
        )


class RetentionError(SaleslakeError):
    """Maintenance would delete files that somebody may still be reading."""

    exit_code = 33

    def __init__(self, days: int, least: int) -> None:
        super().__init__(
            f"A retention of {days} days is less than {least}: as-of, restore and whoever is "
            "reading a table right now need the files of its last versions.",
            "Give --retention-days of at least that, or add --force-short-retention when nobody "
            "reads the lake and its older versions may go.",
        )


class OutputError(SaleslakeError):
    """A file to write the result to is there already, or cannot be written."""

    exit_code = 34

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"The output file {path} {problem}.", remedy)


class LakeMissingError(SaleslakeError):
    """A command wants to read or mend a lake that is not there."""

    exit_code = 35

    def __init__(self, lake: Path) -> None:
        super().__init__(
            f"There is no lake at {lake}.",
            "Name the lake by --lake or SALESLAKE_LAKE; saleslake run makes one.",
        )


class RestoreRefusedError(SaleslakeError):
    """A restore would lose or double something."""

    exit_code = 36

    def __init__(self, table: str, why: str, remedy: str) -> None:
        super().__init__(f"{table} is not restored: {why}.", remedy)


class PendingRestoreError(SaleslakeError):
    """A restore was interrupted, and this command cannot finish it."""

    exit_code = 37

    def __init__(self, lake: Path) -> None:
        super().__init__(
            f"In the lake {lake} a restore was interrupted, and its tables do not agree yet.",
            "saleslake run finishes it, and so do saleslake maintain and saleslake restore.",
        )
