"""Settings from the environment and the command line, and the landing folder they lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from saleslake.errors import LakeKindError, LandingMissingError, SettingError
from saleslake.lake import Lake
from saleslake.landing import choose_landing
from saleslake.settings import PROJECT_DIR, Settings


def test_defaults_are_the_project_s() -> None:
    settings = Settings.from_environment({"SALESLAKE_LANDING": "", "SALESLAKE_LAKE": ""})
    assert (settings.landing, settings.landing_given) == (PROJECT_DIR / "landing", False)
    assert (settings.lake, settings.engine) == (PROJECT_DIR / "lake", "embedded")


def test_arguments_win_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {"SALESLAKE_LAKE": "from_env", "SALESLAKE_ENGINE": "spark"}
    settings = Settings.from_environment(environment, landing="a/../files", engine="embedded")
    assert (settings.landing, settings.landing_given) == (tmp_path / "files", True)
    assert (settings.lake, settings.engine) == (tmp_path / "from_env", "embedded")


def test_an_unknown_engine_names_the_valid_ones() -> None:
    with pytest.raises(SettingError, match=r"'embeded'.*embedded, spark.*Did you mean 'embedded'"):
        Settings.from_environment({"SALESLAKE_ENGINE": "embeded"})


def settings_for(tmp_path: Path, **given: str) -> tuple[Settings, Lake]:
    environment = {"SALESLAKE_PROJECT": str(tmp_path), **given}
    settings = Settings.from_environment(environment)
    return settings, Lake(settings.lake)


def test_no_files_anywhere_means_the_sample(tmp_path: Path) -> None:
    settings, lake = settings_for(tmp_path)
    landing = choose_landing(settings, lake)
    assert (landing.kind, landing.folder) == ("sample", tmp_path / "lake" / "sample_landing")


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
    settings, lake = settings_for(tmp_path, SALESLAKE_LANDING=str(folder))
    with pytest.raises(LandingMissingError, match=str(folder)):
        choose_landing(settings, lake)
