"""Where a stream is, as Spark's checkpoint says it."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Offset:
    """Where a stream is.

    Attributes:
        seq: number of the last file that it has taken.
        stream: id of the stream; empty before the first batch.
        digest: of all files up to that one.
    """

    seq: int = 0
    stream: str = ""
    digest: str = ""

    @classmethod
    def read(cls, written: dict[str, int | str]) -> Offset:
        """Return an offset as Spark's checkpoint holds it."""
        return cls(int(written["seq"]), str(written["stream"]), str(written["digest"]))

    def written(self) -> dict[str, int | str]:
        """Return it as Spark's checkpoint holds it."""
        return asdict(self)


BEGINNING = Offset()
"""Where a query without a checkpoint is."""
