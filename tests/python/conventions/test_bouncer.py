"""dbt-bouncer's rules bite: a copy of the project that breaks every one of them is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import broken_project
import pytest
import yaml
from manifest import parse

from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.slow  # child processes: dbt parses, dbt-bouncer checks

BOUNCER = str(Path(sys.executable).parent / "dbt-bouncer")
TARGET = "target/conventions"
PARTS = ["models", "macros", "seeds", "snapshots", "tests/dbt", "analyses"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dbt project with its conventions."""
    folder = tmp_path_factory.mktemp("conventions") / "project"
    for part in PARTS:
        shutil.copytree(PROJECT_DIR / part, folder / part)
    for name in ("dbt_project.yml", "profiles.yml", "dbt-bouncer.yml"):
        shutil.copy(PROJECT_DIR / name, folder)
    return folder


def failures(project: Path) -> dict[int, set[str]]:
    """Check a project; return what each rule found, by its place in the configuration."""
    results = project / "results.json"
    done = subprocess.run(
        [BOUNCER, "run", "--output-file", str(results)],
        cwd=project,
        env={**os.environ, "DBT_BOUNCER_DISABLE_CONF_CACHE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for result in json.loads(results.read_text(encoding="utf-8")):
        if result["outcome"] != "success":
            _, place, resource = result["check_run_id"].split(":", 2)
            found[int(place)].add(resource)
    assert done.returncode == (1 if found else 0), done.stdout + done.stderr
    return found


def test_the_project_keeps_every_rule_and_each_rule_bites(project: Path) -> None:
    parse(project, project / TARGET)
    assert failures(project) == {}

    broken_project.write(project)
    parse(project, project / TARGET)
    found = failures(project)
    rules = yaml.safe_load((project / "dbt-bouncer.yml").read_text("utf-8"))["manifest_checks"]
    silent = [f"{place}: {rule['name']}" for place, rule in enumerate(rules) if place not in found]
    assert silent == []
    named = set().union(*found.values()) - broken_project.ALSO_NAMED
    assert all("broken" in resource.lower() for resource in named), named
