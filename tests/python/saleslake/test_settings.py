"""Settings from the environment and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from saleslake.errors import LakePathError, SettingError
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


@pytest.mark.parametrize("name", ["my lake", "100%", "a#b", "Umsätze"])
def test_a_lake_path_that_engines_encode_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LakePathError, match=name):
        Settings.from_environment({}, lake=str(tmp_path / name))


def test_an_unknown_engine_names_the_valid_ones() -> None:
    with pytest.raises(SettingError, match=r"'embeded'.*embedded, spark.*Did you mean 'embedded'"):
        Settings.from_environment({"SALESLAKE_ENGINE": "embeded"})
