"""The hooks before a commit: what make check runs, from this environment, without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from saleslake.settings import PROJECT_DIR

CONFIG = PROJECT_DIR / ".pre-commit-config.yaml"
BIN = Path(sys.executable).parent
BAD = {
    "ruff check": ("unused.py", '"""A module."""\n\nimport os\n'),
    "ruff format": ("format.py", '"""A module."""\n\nx = (1,\n   2)\n'),
    "sqlfluff": ("models/keyword.sql", "SELECT * from {{ ref('a') }}\n"),
}
GOOD = {
    "module.py": '"""A module."""\n\nx = (1, 2)\n',
    "models/model.sql": "select one.a from {{ ref('one') }} as one\n",
}


def test_hooks_are_local_and_are_what_make_check_runs() -> None:
    (repository,) = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    hooked = [" ".join(hook["entry"].split()[:2]) for hook in repository["hooks"]]

    makefile = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")
    check = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert check
    made = [line.strip("\t@").replace("$(BIN)", ".venv/bin") for line in check[1].splitlines()]
    made = [line.replace("$(MAKE)", "make") for line in made]
    assert [" ".join(line.split()[:2]) for line in made] == hooked
    assert "conventions" in check[1].splitlines()[-1]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with this project's hooks and settings, and nothing else."""
    for name in (".pre-commit-config.yaml", "pyproject.toml", ".sqlfluff"):
        shutil.copy(PROJECT_DIR / name, tmp_path)
    shutil.copytree(PROJECT_DIR / "macros", tmp_path / "macros")
    (tmp_path / ".venv").symlink_to(BIN.parent)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def commit(repository: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Commit files with the hooks installed, and no way to any other machine."""
    for name, text in files.items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text, encoding="utf-8")
    environment = os.environ | {
        "PRE_COMMIT_HOME": str(repository.parent / "cache"),
        # The whole project's: run by make check. The commit's own files are what is tested here.
        "SKIP": "mypy,conventions",
        **dict.fromkeys(("https_proxy", "HTTPS_PROXY", "http_proxy"), "http://127.0.0.1:9"),
    }
    author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    subprocess.run([BIN / "pre-commit", "install"], cwd=repository, env=environment, check=True)
    subprocess.run(["git", "add", *files], cwd=repository, check=True)
    return subprocess.run(
        ["git", *author, "commit", "-m", "files"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_commit_that_make_check_would_refuse_is_refused(repository: Path) -> None:
    done = commit(repository, dict(BAD.values()))
    assert done.returncode != 0
    for hook, (file, _) in BAD.items():
        assert re.search(rf"{hook}\.+Failed", done.stdout + done.stderr), hook
        assert Path(file).name in done.stdout + done.stderr


@pytest.mark.slow
def test_a_clean_commit_is_made(repository: Path) -> None:
    done = commit(repository, GOOD)
    assert done.returncode == 0, done.stdout + done.stderr
