"""Writes this project as a dbt-duckdb project: same nodes, names, schemas, settings and tests.

It is generated from the compiled SQL whenever the benchmark runs, so that there is no second
project to keep, and none that could fall behind.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from bench.port.landing import SourceTable
from bench.port.manifest import CompiledNode, Config, Node
from bench.port.translate import Relations, duckdb_type, translate

PROFILE = "saleslake_on_duckdb"

_SCHEMA_IS_ITS_NAME = """\
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
"""
_FOLDERS = {"model": "models", "snapshot": "snapshots", "test": "tests", "seed": "seeds"}
_SETTINGS = {
    "model": ("materialized", "incremental_strategy", "unique_key", "on_schema_change"),
    "snapshot": (
        *("strategy", "unique_key", "updated_at", "check_cols", "hard_deletes"),
        *("invalidate_hard_deletes", "dbt_valid_to_current"),
    ),
    "test": ("severity", "limit", "fail_calc", "warn_if", "error_if"),
}


def relations_of(nodes: Iterable[CompiledNode], sources: Sequence[SourceTable]) -> Relations:
    """Return how every relation is written in a dbt project, by its schema and name.

    Args:
        nodes: the nodes that a build makes.
        sources: every table that is read and not built.
    """
    relations = {
        (one.schema, one.table): f"{{{{ source('{one.source}', '{one.table}') }}}}"
        for one in sources
    }
    for compiled in nodes:
        node = compiled.node
        if node.resource_type != "test":
            relations[node.schema, node.alias] = f"{{{{ ref('{node.name}') }}}}"
    return relations


def write_project(
    project: Path,
    nodes: Sequence[CompiledNode],
    sources: Sequence[SourceTable],
    folder: Path,
    *,
    threads: int,
) -> None:
    """Write the dbt-duckdb project.

    Args:
        project: this project, whose seeds are copied.
        nodes: its compiled nodes.
        sources: every table that is read and not built.
        folder: where to write; must not exist.
        threads: how many nodes dbt runs at a time.

    Raises:
        TranslationError: a statement needs a rule that is not there.
    """
    for name in (*_FOLDERS.values(), "macros"):
        (folder / name).mkdir(parents=True)
    relations = relations_of(nodes, sources)
    for compiled in nodes:
        node = compiled.node
        to = folder / _FOLDERS[node.resource_type]
        if node.resource_type == "seed":
            shutil.copy(project / node.original_file_path, to / f"{node.name}.csv")
        else:
            text = file_text(compiled, relations)
            (to / f"{node.name}.sql").write_text(text, encoding="utf-8")
    (folder / "macros" / "generate_schema_name.sql").write_text(_SCHEMA_IS_ITS_NAME, "utf-8")
    documents = {
        "dbt_project.yml": project_document(nodes),
        "profiles.yml": profiles_document(threads),
        "models/sources.yml": sources_document(sources),
        "models/models.yml": models_document(nodes),
    }
    for name, document in documents.items():
        (folder / name).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def file_text(compiled: CompiledNode, relations: Relations) -> str:
    """Return the content of a model's, snapshot's or test's file."""
    node = compiled.node
    this = dict(relations)
    if node.resource_type == "model":
        this[node.schema, node.alias] = "{{ this }}"
    text = translate(node.name, node.compiled_code or "", this)
    if compiled.incremental_code is not None:
        later = translate(node.name, compiled.incremental_code, this)
        text = f"{{% if is_incremental() %}}\n{later}\n{{% else %}}\n{text}\n{{% endif %}}"
    if node.config.contract.enforced and node.resource_type == "model":
        text = _with_types(text, contract_types(node))
    text = f"{{{{ config({_arguments(node)}) }}}}\n{text}\n"
    if node.resource_type == "snapshot":
        return f"{{% snapshot {node.name} %}}\n{text}{{% endsnapshot %}}\n"
    return text


def _with_types(text: str, types: Mapping[str, str]) -> str:
    """Cast to the contract's types: DuckDB's sum of bigint is a hugeint, and Spark's a bigint."""
    columns = ",\n".join(f"    cast({name} as {type_}) as {name}" for name, type_ in types.items())
    return f"select\n{columns}\nfrom (\n{text}\n) as built"


def contract_types(node: Node) -> dict[str, str]:
    """Return the DuckDB type of every column of an enforced contract."""
    return {
        column.name: duckdb_type(column.data_type)
        for column in node.columns.values()
        if column.data_type
    }


def _arguments(node: Node) -> str:
    """Return the arguments of a node's config()."""
    settings = _settings(node.config, _SETTINGS[node.resource_type])
    if node.resource_type != "test":
        settings |= {"schema": node.schema, "alias": node.alias}
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in settings.items())


def _settings(config: Config, names: Sequence[str]) -> dict[str, object]:
    values = {name: getattr(config, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def project_document(nodes: Iterable[CompiledNode]) -> dict[str, object]:
    """Return dbt_project.yml: the seeds' schema and column types stand here."""
    seeds: dict[str, object] = {"+quote_columns": False}
    for compiled in nodes:
        node = compiled.node
        if node.resource_type == "seed":
            types = {name: duckdb_type(type_) for name, type_ in node.config.column_types.items()}
            settings = {"+schema": node.schema, "+column_types": types}
            if node.config.delimiter:
                settings["+delimiter"] = node.config.delimiter
            seeds[node.name] = settings
    return {
        "name": PROFILE,
        "version": "1.0.0",
        "config-version": 2,
        "profile": PROFILE,
        "flags": {"send_anonymous_usage_stats": False},
        "seeds": {PROFILE: seeds},
    }


def profiles_document(threads: int) -> dict[str, object]:
    """Return profiles.yml: one database file, named by the environment; DuckDB's own defaults."""
    output = {"type": "duckdb", "path": "{{ env_var('BENCH_DUCKDB') }}", "threads": threads}
    return {PROFILE: {"target": "bench", "outputs": {"bench": output}}}


def sources_document(sources: Sequence[SourceTable]) -> dict[str, object]:
    """Return the sources file: the tables that landing fills."""
    schemas = {one.source: one.schema for one in sources}
    return {
        "sources": [
            {
                "name": name,
                "schema": schema,
                "tables": [{"name": one.table} for one in sources if one.source == name],
            }
            for name, schema in schemas.items()
        ]
    }


def models_document(nodes: Iterable[CompiledNode]) -> dict[str, object]:
    """Return the models file: the enforced contracts."""
    models = [
        {
            "name": compiled.node.name,
            "config": {"contract": {"enforced": True}},
            "columns": [
                {"name": name, "data_type": type_}
                for name, type_ in contract_types(compiled.node).items()
            ],
        }
        for compiled in nodes
        if compiled.node.resource_type == "model" and compiled.node.config.contract.enforced
    ]
    return {"models": models}
