"""Conventions of layers, names, files and SQL. Each rule returns its offenders, named, and why."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from manifest import Manifest, Node

CORE = {"dim_customer", "dim_date", "dim_location", "dim_product", "fact_orders", "fact_sales"}
MODELS_FILE_LINES = 400
_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_CONFIG = re.compile(r"\{\{\s*config\(.*?\)\s*\}\}", re.DOTALL)
_TEXT = re.compile(r"'[^'\n]*'")


def sources_are_read_in_bronze(manifest: Manifest, project: Path) -> list[str]:
    """Above bronze only ops is read, and tables that one of the project's own steps writes.

    Such a source says who writes it: ``config: {meta: {written_by: <package>}}``.
    """
    found = []
    for node in manifest.of_type("model", "snapshot", "analysis"):
        for parent in node.parents:
            source = manifest.sources.get(parent)
            if source is None or node.layer == "bronze" or source.source_name == "ops":
                continue
            writer = str(source.config.meta.get("written_by", ""))
            if not writer or not (project / writer / "__init__.py").is_file():
                found.append(f"{node.name} reads the source {source.source_name}.{source.name}")
    return found


def snapshots_are_read_in_silver(manifest: Manifest) -> list[str]:
    """Gold is a function of the files, so it never reads what was observed when."""
    return [
        f"{node.name} reads {parent}"
        for node in manifest.of_type("model", "analysis")
        for parent in node.parents
        if parent.startswith("snapshot.") and node.layer != "silver"
    ]


def models_are_named_for_layer_and_folder(manifest: Manifest) -> list[str]:
    """The owner in a name is the model's folder; core has its six tables."""
    models = manifest.of_type("model")
    found = [
        f"{model.name} lies in {'/'.join(model.folder)}"
        for model in models
        if model.layer in {"bronze", "silver"}
        and not (
            len(model.folder) > 2 and model.name.startswith(f"{model.layer}_{model.folder[2]}__")
        )
    ]
    core = {model.name for model in models if model.folder[:3] == ("models", "gold", "core")}
    return found + [f"{name} is missing from models/gold/core" for name in sorted(CORE - core)]


def bronze_is_named_for_its_raw_table(manifest: Manifest) -> list[str]:
    """bronze_crm__cust_info reads the source crm.cust_info and nothing else."""
    found = []
    for model in manifest.of_type("model"):
        if model.layer != "bronze":
            continue
        sources = [manifest.sources[name] for name in model.parents if name in manifest.sources]
        expected = [f"bronze_{source.source_name}__{source.name}" for source in sources]
        if expected != [model.name] or len(model.parents) != 1:
            found.append(f"{model.name} reads {', '.join(model.parents) or 'nothing'}")
    return found


def files_stand_where_they_belong(manifest: Manifest) -> list[str]:
    """Properties are named for their folder: one file of models per folder, of macros too."""
    found = []
    for model in manifest.of_type("model"):
        prefix = "_".join(model.folder[1:]) + "__"
        if not Path(model.properties_file).name.startswith(prefix):
            found.append(f"{model.name} is described in {model.properties_file}")
    for macro in manifest.sorted_macros():
        folder = Path(macro.original_file_path).parent
        expected = f"{folder.as_posix()}/{folder.name}__macros.yml"
        described = (macro.patch_path or "").partition("://")[2]
        if described != expected:
            found.append(f"{macro.name} is described in {described or 'no file'}")
    return found


def one_models_file_per_folder(manifest: Manifest, project: Path) -> list[str]:
    """A folder's models are described in one file, which is split when it passes 400 lines."""
    files: dict[Path, set[str]] = defaultdict(set)
    for model in manifest.of_type("model"):
        files[Path(model.original_file_path).parent].add(model.properties_file)
    found = []
    for folder, names in files.items():
        lines = {name: len((project / name).read_text("utf-8").splitlines()) for name in names}
        found += [f"{name} has {n} lines" for name, n in lines.items() if n > MODELS_FILE_LINES]
        if len(lines) > 1 and sum(lines.values()) <= MODELS_FILE_LINES:
            found.append(f"{folder.as_posix()} has {len(lines)} files of models")
    return found


def models_end_with_final(manifest: Manifest) -> list[str]:
    """Import CTEs first, one per ref; the last line is ``select * from final``."""
    found = []
    for model in manifest.of_type("model"):
        # A hook may refer to a table that the query reads.
        code = _CONFIG.sub("", _JINJA_COMMENT.sub("", model.raw_code)).strip()
        if code.splitlines()[-1:] != ["select * from final"]:
            found.append(f"{model.name} does not end with: select * from final")
        refs = re.findall(r"""ref\(\s*['"](\w+)['"]\s*\)""", code)
        found += [
            f"{model.name} refers to {ref} more than once"
            for ref in sorted(set(refs))
            if refs.count(ref) > 1
        ]
    return found


def divisions_are_of_doubles(manifest: Manifest) -> list[str]:
    """Engines differ in the digits of a decimal quotient: what is divided is cast to double."""
    return [
        f"{node.name} divides: {line.strip()}"
        for node in manifest.of_type("model", "analysis")
        for line in _divisions(node)
    ]


def _divisions(node: Node) -> list[str]:
    """What stands before each division that is no double."""
    code = _JINJA_COMMENT.sub("", node.raw_code)
    code = _TEXT.sub("''", _SQL_COMMENT.sub("", code))
    before = re.split(r"/", code)[:-1]
    return [
        text.rstrip()[-60:] for text in before if not re.search(r"\bas\s+double\s*\)\s*$", text)
    ]


def incremental_models_say_how(manifest: Manifest) -> list[str]:
    """Strategy, key and what happens to new columns are all written; merge alone has a key."""
    found = []
    for model in manifest.of_type("model"):
        config = model.config
        if config.materialized != "incremental":
            continue
        if config.incremental_strategy not in {"append", "merge"}:
            found.append(f"{model.name} has the strategy {config.incremental_strategy}")
        if bool(config.unique_key) != (config.incremental_strategy == "merge"):
            found.append(f"{model.name} has the unique key {config.unique_key}")
        if config.on_schema_change not in {"append_new_columns", "fail"}:
            found.append(f"{model.name} does {config.on_schema_change} on a schema change")
    return found


def every_macro_is_called(manifest: Manifest, project: Path) -> list[str]:
    """Read from the text, for dbt does not see a call that stands under ``is_incremental()``.

    What is in macros/engine is called by dbt itself; a generic test is named in a yml.
    """
    folders = [project / name for name in ("models", "macros", "tests/dbt", "analyses")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    found = []
    for macro in manifest.sorted_macros():
        calls = len(re.findall(rf"\b{macro.name}\(", text)) - 1  # one is where it is made
        if macro.name.startswith("test_"):
            calls = len(re.findall(rf"- {macro.name.removeprefix('test_')}:", text))
        if calls < 1 and not macro.original_file_path.startswith("macros/engine/"):
            found.append(f"{macro.name} is never called")
    return found
