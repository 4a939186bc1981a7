"""Checks the catalog.json that `dbt docs generate` wrote."""

from __future__ import annotations

import json
from pathlib import Path


def assert_catalog_is_full(target: Path) -> None:
    """Every model and seed is in the catalogue of the docs site, with a type for every column."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
    built = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "seed", "snapshot"}
    }
    assert set(catalog["nodes"]) == set(built)
    assert set(catalog["sources"]) == set(manifest["sources"])
    for name, table in {**catalog["nodes"], **catalog["sources"]}.items():
        assert table["columns"], name
        assert all(column["type"] for column in table["columns"].values()), name
    for name, node in built.items():
        described = {column.lower() for column in node["columns"]}
        present = {column.lower() for column in catalog["nodes"][name]["columns"]}
        assert described == present, f"{name}: {described ^ present}"
