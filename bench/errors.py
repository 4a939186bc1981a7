"""What can stop a benchmark: each error says what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

from saleslake.errors import SaleslakeError

EXIT_SIDES_DIFFER = 1


class BenchmarkSetupError(SaleslakeError):
    """Something that the benchmark needs is not there."""

    exit_code = 2


class TranslationError(SaleslakeError):
    """A compiled statement cannot be written for DuckDB without a new rule."""

    exit_code = 2

    def __init__(self, node: str, problem: str) -> None:
        super().__init__(
            f"{node} cannot be translated for DuckDB: {problem}.",
            "Add a rule to bench/port/translate.py, with a test.",
        )


class RunFailedError(SaleslakeError):
    """A measured process failed, so there is nothing to compare."""

    exit_code = 1

    def __init__(self, side: str, exit_code: int, log: Path, last_words: str) -> None:
        super().__init__(
            f"{side} ended with exit code {exit_code}: {last_words or 'it said nothing'}",
            f"Its output is in {log}.",
        )


class TookTooMuchError(SaleslakeError):
    """A measured process passed the memory limit and was ended."""

    exit_code = 1

    def __init__(self, side: str, limit_bytes: int) -> None:
        super().__init__(
            f"{side} took more than {limit_bytes / 1e9:.1f} GB of memory and was ended.",
            "Take fewer lines by --lines, or raise the limit by --memory-limit.",
        )


class SidesDifferError(SaleslakeError):
    """Two sides did not do the same work, so their times cannot be compared."""

    exit_code = EXIT_SIDES_DIFFER

    def __init__(self, where: str, differences: list[str]) -> None:
        super().__init__(
            f"The sides differ ({where}): " + "; ".join(differences) + ".",
            "Times of different work cannot be compared: find out which side is wrong.",
        )
