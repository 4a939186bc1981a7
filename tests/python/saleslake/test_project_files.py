"""Files of the project that must agree with each other."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from ingest.catalogue import load_catalogue
from saleslake.settings import PROJECT_DIR

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")


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


def test_readme_s_tree_is_the_project_s() -> None:
    tree = re.search(r"```\n(ingest/.*?)```", README, re.DOTALL)
    assert tree
    shown = {line.split()[0] for line in tree[1].splitlines() if line and not line[0].isspace()}
    for name in shown:
        assert (PROJECT_DIR / name).exists(), name
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    folders = {f"{name.split('/')[0]}/" for name in listed.stdout.splitlines() if "/" in name}
    assert {name for name in folders if not name.startswith(".")} == shown - {"dbt_saleslake.py"}


@pytest.mark.parametrize("layer", ["bronze", "silver"])
def test_models_are_named_for_their_layer_and_folder(layer: str) -> None:
    for model in (PROJECT_DIR / "models" / layer).rglob("*.sql"):
        owner = model.relative_to(PROJECT_DIR / "models" / layer).parts[0]
        assert model.stem.startswith(f"{layer}_{owner}__"), model
