"""What can be wrong with a wish for sample files; always said before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from saleslake.errors import SaleslakeError, did_you_mean


class SampleSettingError(SaleslakeError):
    """A setting of the sample is unknown or out of its range."""

    exit_code = 12

    def __init__(
        self, setting: str, value: str, valid: str, names: Sequence[str] | None = None
    ) -> None:
        super().__init__(
            f"The sample's {setting} is '{value}', which is not {valid}.",
            f"Give {valid}.{did_you_mean(value, list(names or ()))} Nothing was written.",
        )


class SampleFolderError(SaleslakeError):
    """A folder cannot take sample files, or is no sample to go on with."""

    exit_code = 38

    def __init__(self, folder: Path, problem: str, remedy: str) -> None:
        super().__init__(f"The folder {folder} {problem}.", remedy)
