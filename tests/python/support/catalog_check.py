"""Checks the catalog.json that `dbt docs generate` wrote."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.catalogue.entries import load_catalogue
from ingest.raw.columns import is_typed


def assert_catalog_is_full(target: Path) -> None:
    """Every table of a lake of CRM and ERP is in the docs site's catalogue, its columns typed.

    So is every source, but for tables that their first file types: they are not there before it.
    """
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
    built = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "seed", "snapshot"}
    }
    assert set(catalog["nodes"]) == set(built)
    typed = {f"source.saleslake.{it.name}" for it in load_catalogue().tables if is_typed(it)}
    assert set(catalog["sources"]) == set(manifest["sources"]) - typed
    for name, table in {**catalog["nodes"], **catalog["sources"]}.items():
        assert table["columns"], name
        assert all(column["type"] for column in table["columns"].values()), name
    for name, node in built.items():
        described = {column.lower() for column in node["columns"]}
        present = {column.lower() for column in catalog["nodes"][name]["columns"]}
        assert described == present, f"{name}: {described ^ present}"
