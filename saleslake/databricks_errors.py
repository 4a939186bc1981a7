"""Every error that ends landing on Databricks: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from saleslake.errors import EXIT_BUILD_FAILED, EXIT_USAGE, SaleslakeError


class NotOnDatabricksError(SaleslakeError):
    """There is no Auto Loader here."""

    exit_code = EXIT_USAGE

    def __init__(self) -> None:
        super().__init__(
            "Auto Loader runs on Databricks only, and this is no Databricks runtime.",
            "Run this as a task of a job there (docs/databricks.md); here: saleslake ingest.",
        )


class SettingsRefusedError(SaleslakeError):
    """Tables of the catalogue have settings that Auto Loader cannot keep."""

    exit_code = 11

    def __init__(self, told: Sequence[str]) -> None:
        lines = "".join(f"\n  {one}" for one in told)
        super().__init__(
            f"Auto Loader cannot keep these settings of the catalogue:{lines}",
            "Nothing was landed. Change them, or land other tables alone by --table.",
        )


class FoldersError(SaleslakeError):
    """The landing folder, or that of the streams' state, cannot be used."""

    exit_code = EXIT_USAGE

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}.",
            "Name two folders of volumes: /Volumes/<catalog>/<schema>/<volume>, as --landing where "
            "files arrive, and as --state where checkpoints are kept.",
        )


class UnknownTableError(SaleslakeError):
    """A table was named that the catalogue does not have."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, valid: Sequence[str], hint: str) -> None:
        super().__init__(
            f"--table {name} is not in the catalogue, which has: {', '.join(valid)}.",
            f"Name one of them.{hint}",
        )


class ReservedColumnError(SaleslakeError):
    """Files have a column of a name that ingest adds itself."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            f"{table}: the files have a column '{column}', a name that ingest adds itself.",
            "Have it renamed in the delivery.",
        )


class OutsideLandingError(SaleslakeError):
    """Auto Loader brought a file that is not in the landing folder."""

    def __init__(self, file: str, landing: str) -> None:
        super().__init__(
            f"The file {file} is not below the landing folder {landing}.",
            "Give --landing as the path of a volume: /Volumes/<catalog>/<schema>/<volume>.",
        )


class LedgerBehindError(SaleslakeError):
    """A raw table has a batch that the ledger does not know: it is not the ledger of this table."""

    exit_code = 19

    def __init__(self, table: str, ledger: str, *, table_batch: int, ledger_batch: int) -> None:
        super().__init__(
            f"{table} holds batch {table_batch}, and {ledger} knows none of it after "
            f"{ledger_batch}: files would be loaded twice.",
            f"Put the ledger back (RESTORE TABLE {ledger} TO VERSION AS OF ...).",
        )


class TablesFailedError(SaleslakeError):
    """Some tables were stopped; the others were landed."""

    exit_code = EXIT_BUILD_FAILED
    can_retry = True

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"Not landed, or not to the end: {', '.join(names)}.",
            "What stopped them stands above; the next run goes on where they are.",
        )
