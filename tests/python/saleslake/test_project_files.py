"""Files of the project that must agree with each other."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
import yaml
from readme_check import path_problems, tree_problems

from ingest.catalogue.entries import load_catalogue
from saleslake.settings import PROJECT_DIR

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def files() -> set[str]:
    """Paths of the files that git knows."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    return set(listed.stdout.splitlines())


def test_every_delivered_table_is_a_dbt_source_with_its_columns() -> None:
    sources = {}
    for file in (PROJECT_DIR / "models" / "bronze").rglob("*sources.yml"):
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                columns = {column["name"].lower() for column in table["columns"]}
                sources[source["schema"], table["name"]] = columns
    for table in load_catalogue().tables:
        columns = sources[f"raw_{table.source}", table.table]
        assert {name.lower() for name in table.columns} <= columns
    assert len(sources) == len(load_catalogue().tables)


def test_lock_files_name_no_address() -> None:
    for file in (PROJECT_DIR / "requirements").glob("*.txt"):
        assert not re.search(r"https?://|index-url", file.read_text(encoding="utf-8")), file


def test_readme_is_short_and_its_make_targets_exist() -> None:
    assert len(README.splitlines()) <= 150
    makefile = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"run", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_readme_s_tree_and_paths_are_the_project_s(files: set[str]) -> None:
    assert tree_problems(README, files) == []
    for name in ("README.md", "CONTRIBUTING.md"):
        assert path_problems((PROJECT_DIR / name).read_text(encoding="utf-8"), files) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda files: files | {"newcomer/module.py"}, "newcomer/ is there and not shown"),
        (lambda files: files | {"newcomer.toml"}, "newcomer.toml is there and not shown"),
        (
            lambda files: {name for name in files if not name.startswith("sample/")},
            "sample/ is shown and not there",
        ),
        (lambda files: files - {"dbt_saleslake.py"}, "dbt_saleslake.py is shown and not there"),
    ],
)
def test_a_tree_that_differs_is_named(
    change: Callable[[set[str]], set[str]], problem: str, files: set[str]
) -> None:
    assert tree_problems(README, change(files)) == [problem]


def test_a_path_that_is_gone_is_named(files: set[str]) -> None:
    gone = {name for name in files if not name.startswith("docs/decisions/")} | {"docs/other.md"}
    assert path_problems(README, gone) == ["docs/decisions is named and not there"]
    assert path_problems("See `engine/nowhere.py`.", files) == [
        "engine/nowhere.py is named and not there"
    ]
