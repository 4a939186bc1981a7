"""Where the files come from: a named folder, the default one, or a sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from command.landing import choose_landing
from saleslake.errors import LakeKindError, LandingMissingError
from saleslake.lake import Lake
from saleslake.settings import Settings


def settings_for(tmp_path: Path, **given: str) -> tuple[Settings, Lake]:
    environment = {"SALESLAKE_PROJECT": str(tmp_path), **given}
    settings = Settings.from_environment(environment)
    return settings, Lake(settings.lake)


def test_no_files_anywhere_means_the_sample(tmp_path: Path) -> None:
    settings, lake = settings_for(tmp_path)
    landing = choose_landing(settings, lake)
    assert (landing.kind, landing.folder) == ("sample", tmp_path / "lake" / "sample" / "landing")


def test_files_in_the_default_folder_are_real(tmp_path: Path) -> None:
    (tmp_path / "landing" / "crm").mkdir(parents=True)
    (tmp_path / "landing" / "crm" / "cust_info.csv").write_text("x")
    settings, lake = settings_for(tmp_path)
    assert choose_landing(settings, lake).kind == "real"
    lake.root.mkdir()
    lake.mark("sample")
    with pytest.raises(LakeKindError, match="holds sample data"):
        choose_landing(settings, lake)


@pytest.mark.parametrize("exists", [True, False])
def test_a_named_folder_must_hold_files(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "files"
    if exists:
        (folder / "empty").mkdir(parents=True)
        (folder / "empty" / ".DS_Store").touch()
    settings, lake = settings_for(tmp_path, SALESLAKE_LANDING=str(folder))
    with pytest.raises(LandingMissingError, match=str(folder)):
        choose_landing(settings, lake)
