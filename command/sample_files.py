"""The sample of a lake, or of a folder of one's own: written, and continued by days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from command.landing import SAMPLE_FOLDER
from command.progress import Progress
from saleslake.errors import LakeKindError, LakeNotWritableError
from saleslake.lake import Lake
from saleslake.settings import Settings
from sample.dirt.kinds import Kind
from sample.domains.registry import ALL_KINDS, DOMAINS
from sample.errors import SampleFolderError, SampleSettingError
from sample.profiles import PROFILES, SampleSettings, settings_of
from sample.writing import SampleSummary, write_next_days, write_sample


@dataclass(frozen=True)
class Wish:
    """What sample somebody wants; what is None is the profile's.

    Attributes:
        profile: name of a profile.
        seed: any whole number.
        order_lines: how many order lines there are about.
        first_day: first day with an order, yyyy-mm-dd.
        last_day: last day that is delivered.
        dirt: ``none``, and rates such as ``crm.cust_info/gender_blank=0.1``.
        domains: names of the systems that deliver; none for all.
    """

    profile: str
    seed: int | None = None
    order_lines: int | None = None
    first_day: str | None = None
    last_day: str | None = None
    dirt: Sequence[str] = ()
    domains: Sequence[str] = ()

    def settings(self) -> SampleSettings:
        """Return the settings of the sample.

        Raises:
            SampleSettingError: one of them cannot be.
        """
        of_profile = settings_of(self.profile)
        return replace(
            of_profile,
            seed=of_profile.seed if self.seed is None else self.seed,
            order_lines=(of_profile.order_lines if self.order_lines is None else self.order_lines),
            first_day=_day("first day", self.first_day) or of_profile.first_day,
            last_day=_day("last day", self.last_day) or of_profile.last_day,
            rates=_rates(self.dirt),
        )


def sample_folder(settings: Settings, folder: str | None) -> Path:
    """Return the folder of a sample: the one that was named, or that of the lake.

    Raises:
        LakeKindError: the lake holds somebody's own data.
    """
    if folder is not None:
        return Path(folder).resolve()
    lake = Lake(settings.lake)
    if lake.kind() == "real":
        raise LakeKindError(lake.root, "real", "sample")
    return lake.root / SAMPLE_FOLDER


def write(
    folder: Path, wish: Wish, progress: Progress, *, processes: int | None, force: bool
) -> SampleSummary:
    """Write a sample.

    Raises:
        SampleSettingError: a setting cannot be.
        SampleFolderError: the folder holds something else, or its disk has no room.
        LakeNotWritableError: the folder cannot be written.
    """
    settings = wish.settings()
    domains = wish.domains or tuple(DOMAINS)
    progress.step("Writing sample files")
    try:
        written = write_sample(
            folder,
            settings,
            domains=domains,
            processes=processes,
            force=force,
            told=progress.count,
        )
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        progress.clear()
    return written


def write_days(
    folder: Path, days: int, drifts: Sequence[str], progress: Progress, *, processes: int | None
) -> SampleSummary:
    """Add the days that follow to a sample.

    Raises:
        SampleSettingError: there are no such days, or no such change.
        SampleFolderError: the folder is no sample's.
        LakeNotWritableError: the folder cannot be written.
    """
    if not folder.is_dir():
        raise SampleFolderError(folder, "does not exist", "Write a sample: saleslake sample write.")
    progress.step("Writing sample files")
    try:
        written = write_next_days(
            folder, days, drifts=drifts, processes=processes, told=progress.count
        )
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        progress.clear()
    return written


@dataclass(frozen=True)
class Choices:
    """What a sample can be made of.

    Attributes:
        profiles: sizes by name.
        domains: names of the systems that deliver.
        kinds: kinds of dirt.
    """

    profiles: Sequence[ProfileChoice]
    domains: Sequence[str]
    kinds: Sequence[KindChoice]


@dataclass(frozen=True)
class ProfileChoice:
    """A profile; see ``sample.profiles.Profile``."""

    name: str
    order_lines: int
    first_day: date
    last_day: date
    description: str


@dataclass(frozen=True)
class KindChoice:
    """A kind of dirt; see ``sample.dirt.kinds.Kind``."""

    name: str
    family: str
    rate: float
    description: str


def choices() -> Choices:
    """Return what a sample can be made of."""
    return Choices(
        [
            ProfileChoice(name, it.order_lines, it.first_day, it.last_day, it.description)
            for name, it in PROFILES.items()
        ],
        list(DOMAINS),
        [_kind_choice(kind) for kind in ALL_KINDS],
    )


def _kind_choice(kind: Kind) -> KindChoice:
    return KindChoice(kind.full_name, kind.family, kind.rate, kind.description)


def _day(setting: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SampleSettingError(setting, text, "a day such as 2020-01-31") from error


def _rates(texts: Sequence[str]) -> dict[str, float]:
    rates: dict[str, float] = {}
    for text in texts:
        name, is_rate, rate = text.rpartition("=")
        if text == "none":
            rates["*"] = 0.0
            continue
        try:
            rates[name] = float(rate)
        except ValueError:
            is_rate = ""
        if not is_rate:
            valid = "none, or a kind and its rate such as crm.cust_info/gender_blank=0.1"
            raise SampleSettingError("dirt", text, valid)
    return rates


def _not_written(folder: Path, error: OSError) -> LakeNotWritableError:
    return LakeNotWritableError(folder, (error.strerror or str(error)).lower())
