"""Conventions of descriptions and exposures. Each rule returns its offenders, named, and why."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from itertools import chain
from pathlib import Path

import yaml
from manifest import Macro, Manifest, Node

from command.report.figures import GOLD_TABLES

SHORTEST = 10
SHARED_FROM = 40
"""Characters from which the same text in two places is a text to share."""
_SIGNATURE = re.compile(r"\{%-?\s*(?:macro|test)\s+\w+\s*\((.*?)\)\s*-?%\}", re.DOTALL)


def everything_is_described(manifest: Manifest) -> list[str]:
    """Analyses, singular tests, unit tests and macros' arguments, which dbt-bouncer skips."""
    found = [
        f"{node.resource_type} {node.name} has no description"
        for node in manifest.of_type("analysis", "test", "unit_test", "seed", "source", "snapshot")
        if len(node.description) < SHORTEST and node.test_metadata is None
    ]
    for macro in manifest.sorted_macros():
        described = [x.name for x in macro.arguments if len(x.description) >= SHORTEST]
        if described != arguments(macro):
            found.append(f"macro {macro.name} takes {arguments(macro)}, described: {described}")
    return found


def arguments(macro: Macro) -> list[str]:
    """Names of the arguments in a macro's first line, in their order."""
    signature = _SIGNATURE.search(macro.macro_sql)
    assert signature, macro.name
    parts = re.split(r",(?![^(\[]*[)\]])", signature[1])
    return [part.partition("=")[0].strip() for part in parts if part.strip()]


def columns_of_all_tables_are_described(manifest: Manifest) -> list[str]:
    """Columns of sources, seeds and snapshots, as dbt-bouncer checks them for models."""
    return [
        f"{node.resource_type} {node.name}.{column.name} has no description"
        for node in manifest.of_type("source", "seed", "snapshot")
        for column in node.columns.values()
        if len(column.description) < SHORTEST
    ]


def descriptions_start_with_the_grain(manifest: Manifest) -> list[str]:
    """Every table and every analysis says first what one row is."""
    return [
        f"{node.resource_type} {node.name} begins: {node.description[:30]}"
        for node in manifest.of_type("model", "source", "seed", "snapshot", "analysis")
        if not node.description.startswith("One row per ")
    ]


def seeds_have_typed_columns(manifest: Manifest, project: Path) -> list[str]:
    """A seed's columns are those of its file, described and with a type."""
    found = []
    for seed in manifest.of_type("seed"):
        with (project / seed.original_file_path).open(encoding="utf-8", newline="") as handle:
            header = next(csv.reader(handle))
        if not list(seed.columns) == list(seed.config.column_types) == header:
            found.append(f"{seed.name} has {header}")
    return found


def shared_texts_are_docs(project: Path) -> list[str]:
    """The text of a column that several models carry is written once, as a doc block."""
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in (project / "models").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            for column in model.get("columns", []):
                text = " ".join(column.get("description", "").split())
                if len(text) >= SHARED_FROM and "doc(" not in text:
                    texts[column["name"], text].add(model["name"])
    return [
        f"{column} has one text in {', '.join(sorted(models))}"
        for (column, _), models in texts.items()
        if len(models) > 1
    ]


def every_doc_is_used(manifest: Manifest, project: Path) -> list[str]:
    """A doc block that nothing refers to is text that nobody keeps true."""
    used = set()
    folders = ("macros", "models", "seeds", "snapshots", "tests")  # not dbt's own target/
    for file in chain.from_iterable((project / name).glob("**/*.yml") for name in folders):
        used |= set(re.findall(r"""doc\(\s*['"](\w+)['"]\s*\)""", file.read_text("utf-8")))
    names = {doc.name for doc in manifest.docs.values()} - {"__overview__"}
    return sorted(f"doc {name} is not used" for name in names - used)


def exposures_are_true(manifest: Manifest) -> list[str]:
    """They list what the run report and the analyses read, and name a role, nobody's address."""
    exposures = {exposure.name: exposure for exposure in manifest.of_type("exposure")}
    counted = ["silver_conformed__rejected_records", "silver_conformed__repaired_values"]
    analysed = {name for node in manifest.of_type("analysis") for name in node.parents}
    expected = {
        "run_report": {*GOLD_TABLES, *counted},
        "analyses": {name.split(".")[-1] for name in analysed},
    }
    found = []
    for name, tables in expected.items():
        listed = {parent.split(".")[-1] for parent in _parents(exposures.get(name))}
        if listed != tables:
            found.append(f"exposure {name}: {', '.join(sorted(listed ^ tables))}")
    found += [f"exposure {node.name} has an address" for node in exposures.values() if _mail(node)]
    return found


def _parents(exposure: Node | None) -> list[str]:
    return exposure.parents if exposure else []


def _mail(exposure: Node) -> bool:
    return any("@" in (value or "") for value in exposure.owner.values())
