"""Every bad input ends in one message with cause and remedy, and its own exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lakes import run_command

from saleslake.errors import (
    CatalogueError,
    JavaMissingError,
    LakeInUseError,
    LakeKindError,
    LakeNotWritableError,
    LakeVersionError,
    LandingMissingError,
    ProjectError,
    SaleslakeError,
    SettingError,
)
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.slow


def assert_refused(
    done: subprocess.CompletedProcess[str], error: type[SaleslakeError], *words: str
) -> None:
    assert done.returncode == error.exit_code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_landing_is_missing(tmp_path: Path) -> None:
    done = run_command("run", "--landing", "nowhere", "--lake", "lake", cwd=tmp_path)
    assert_refused(done, LandingMissingError, f"{tmp_path / 'nowhere'} is not a folder", "LANDING")
    assert not (tmp_path / "lake").exists()


def test_landing_is_empty(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    done = run_command("run", "--landing", "landing", "--lake", "lake", cwd=tmp_path)
    assert_refused(done, LandingMissingError, "holds no file")


def test_engine_is_misspelt(tmp_path: Path) -> None:
    done = run_command("run", "--lake", "lake", cwd=tmp_path, SALESLAKE_ENGINE="sparc")
    assert_refused(done, SettingError, "'sparc'", "embedded, spark", "Did you mean 'spark'?")


@pytest.mark.parametrize("java", ["none", "old", "broken"])
def test_java_is_missing_or_old(java: str, tmp_path: Path, sample_landing: Path) -> None:
    home = tmp_path / "java"
    if java != "none":
        (home / "bin").mkdir(parents=True)
        script = home / "bin" / "java"
        status = 0 if java == "old" else 1
        script.write_text(
            f"#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\nexit {status}\n", encoding="utf-8"
        )
        script.chmod(0o755)
    arguments = ["run", "--landing", str(sample_landing), "--lake", str(tmp_path / "lake")]
    done = run_command(*arguments, "--engine", "spark", JAVA_HOME=str(home))
    assert_refused(done, JavaMissingError, "Java 17 or 21", "openjdk-17", "ENGINE=embedded")
    assert not (tmp_path / "lake").exists()


@pytest.mark.fault(9)
def test_lake_is_in_use(tmp_path: Path, sample_landing: Path) -> None:
    lake = Lake(tmp_path / "lake")
    code = (
        "import sys\nfrom pathlib import Path\nfrom saleslake.lake import Lake\n"
        "with Lake(Path(sys.argv[1])).lock():\n    print('held', flush=True)\n    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lake.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = run_command("run", "--landing", str(sample_landing), "--lake", str(lake.root))
        holder.kill()
    assert_refused(done, LakeInUseError, f"process {holder.pid}", "in use")
    with lake.lock():
        pass  # the killed holder's lock is gone


def test_lake_cannot_be_written(tmp_path: Path, sample_landing: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    lake = tmp_path / "file" / "lake"
    done = run_command("run", "--landing", str(sample_landing), "--lake", str(lake))
    assert_refused(done, LakeNotWritableError, str(lake), "not a directory")


def test_lake_lies_in_the_landing_folder(tmp_path: Path, sample_landing: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(sample_landing, landing)
    done = run_command("run", "--landing", str(landing), "--lake", str(landing / "lake"))
    assert_refused(done, SettingError, "outside the landing folder")


def test_sample_and_real_files_never_mix(sample_lake: Lake) -> None:
    done = run_command("run", "--lake", str(sample_lake.root), cwd=sample_lake.root)
    assert_refused(done, LakeKindError, "holds real data", "sample")


def test_lake_of_a_newer_version(tmp_path: Path, sample_landing: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "lake.json").write_text('{"kind": "real", "format_version": 99}', encoding="utf-8")
    done = run_command("run", "--landing", str(sample_landing), "--lake", str(lake))
    assert_refused(done, LakeVersionError, "lake.json", "99")


@pytest.mark.fault(35)
def test_catalogue_typo(tmp_path: Path, sample_landing: Path) -> None:
    catalogue = tmp_path / "catalogue"
    shutil.copytree(PROJECT_DIR / "ingest" / "catalogue", catalogue)
    text = (catalogue / "crm.yml").read_text(encoding="utf-8")
    (catalogue / "crm.yml").write_text(text.replace("business_key", "busines_key", 1))
    done = run_command(
        *("run", "--landing", str(sample_landing), "--lake", str(tmp_path / "lake")),
        SALESLAKE_CATALOGUE=str(catalogue),
    )
    assert_refused(done, CatalogueError, "crm.yml:", "busines_key", "Did you mean 'business_key'?")
    assert not (tmp_path / "lake").exists()


def test_profile_is_missing(tmp_path: Path, sample_landing: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(PROJECT_DIR / "dbt_project.yml", project)
    done = run_command(
        *("run", "--landing", str(sample_landing), "--lake", str(tmp_path / "lake")),
        SALESLAKE_PROJECT=str(project),
    )
    assert_refused(done, ProjectError, "profile", "make setup")


@pytest.mark.fault(15)
def test_unreadable_files_are_set_aside_and_the_others_go_on(
    tmp_path: Path, sample_landing: Path
) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(sample_landing, landing)
    sales = landing / "crm" / "sales_details.csv"
    whole = sales.read_bytes()
    sales.write_bytes(whole[: len(whole) // 2].rsplit(b",", 3)[0])
    arguments = ["run", "--landing", str(landing), "--lake", str(tmp_path / "lake")]
    done = run_command(*arguments)
    assert done.returncode == 3
    assert "SET ASIDE crm/sales_details.csv" in done.stdout
    assert "mend or remove the files that were set aside" in done.stdout
    sales.write_bytes(whole)
    os.utime(sales, ns=(0, 0))
    done = run_command(*arguments)
    assert done.returncode == 0, done.stdout
    assert "SET ASIDE" not in done.stdout


def test_files_that_match_nothing_are_no_success(tmp_path: Path, sample_landing: Path) -> None:
    (tmp_path / "landing" / "crm").mkdir(parents=True)
    shutil.copy(
        sample_landing / "crm" / "cust_info.csv", tmp_path / "landing" / "crm" / "Cust_Info.csv"
    )
    done = run_command("run", "--landing", "landing", "--lake", "lake", cwd=tmp_path)
    assert done.returncode == 3, done.stdout
    assert "left out crm/Cust_Info.csv" in done.stdout
    assert "none matched" in done.stdout


def test_help_names_every_exit_code() -> None:
    text = run_command("--help").stdout
    ours = [
        error for error in SaleslakeError.__subclasses__() if error.__module__ == "saleslake.errors"
    ]
    codes = {error.exit_code for error in ours}
    assert len(codes) == len(ours) > 10
    assert all(f"{code}  " in text for code in codes)
