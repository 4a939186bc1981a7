"""This project's SQL as dbt compiles it, both for tables that exist and for those that do not yet.

dbt decides between the two by looking for the table. A copy of the project answers instead by
whether `--full-refresh` was given, so that no engine has to be started and no lake is needed. A
macro that asks the lake something makes the compilation fail until it is answered here, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.errors import BenchmarkSetupError
from bench.port.manifest import CompiledNode, both_branches, read_manifest
from bench.port.translate import BUILD_TIME

PROJECT_PARTS = ["models", "macros", "seeds", "snapshots", "tests/dbt", "dbt_project.yml"]

# A name that the engine plugin does not know: it starts nothing.
_PROFILES = """\
saleslake:
  target: compile
  outputs:
    compile: {type: spark, method: session, host: localhost, schema: default}
"""
_IS_INCREMENTAL = """\
{% macro is_incremental() %}
    {{ return(model.config.materialized == 'incremental' and not flags.FULL_REFRESH) }}
{% endmacro %}
"""
REPLACED = {
    # The time is dbt's to write when it builds.
    "macros/incremental/build_time.sql": (
        f"{{% macro build_time() -%}} cast('{BUILD_TIME}' as timestamp) {{%- endmacro %}}\n"
    ),
    # It asks the lake; and there are none in the benchmark (bench/port/landing.py).
    "macros/incremental/has_full_deliveries.sql": (
        "{% macro has_full_deliveries(table) %}{{ return(false) }}{% endmacro %}\n"
    ),
}
"""Macros that depend on a lake or a moment, and what stands in the copy instead."""


def compile_project(project: Path, folder: Path) -> tuple[CompiledNode, ...]:
    """Compile every model, snapshot and data test of the project, in a copy of it.

    Args:
        project: the dbt project.
        folder: where the copy and dbt's output go; must not exist.

    Raises:
        BenchmarkSetupError: the project cannot be compiled.
    """
    copy = folder / "project"
    _copy(project, copy)
    full = _compile(copy, folder / "target", "--full-refresh")
    incremental = _compile(copy, folder / "target")
    return both_branches(read_manifest(full), read_manifest(incremental))


def _copy(project: Path, copy: Path) -> None:
    copy.mkdir(parents=True)
    for part in PROJECT_PARTS:
        source, target = project / part, copy / part
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy(source, target)
    for name, text in REPLACED.items():
        if not (copy / name).exists():
            raise BenchmarkSetupError(
                f"{project / name} is gone, which the benchmark replaces when it compiles.",
                "Name the macro's new file in bench/port/compiling.py.",
            )
        (copy / name).write_text(text, encoding="utf-8")
    (copy / "macros" / "is_incremental.sql").write_text(_IS_INCREMENTAL, encoding="utf-8")
    (copy / "profiles.yml").write_text(_PROFILES, encoding="utf-8")


def _compile(project: Path, target: Path, *arguments: str) -> str:
    """Run `dbt compile` and return the manifest that it wrote."""
    command = [sys.executable, "-m", "dbt.cli.main", "compile", *arguments]
    command += ["--no-introspect", "--no-populate-cache", "--quiet"]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    command += ["--target-path", str(target), "--log-level-file", "none"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkSetupError(
            f"dbt cannot compile the project: {done.stdout.strip() or done.stderr.strip()}",
            "Mend what is named above.",
        )
    return (target / "manifest.json").read_text(encoding="utf-8")
