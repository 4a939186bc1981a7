"""Made-up nodes of a compiled dbt project."""

from __future__ import annotations

import json

from bench.port.manifest import CompiledNode, both_branches, read_manifest


def node(kind: str, name: str, code: str | None, schema: str = "gold", **more: object) -> object:
    """A node as in manifest.json, with some of the fields that are not read."""
    return {
        "resource_type": kind,
        "name": name,
        "alias": name,
        "schema": schema,
        "unique_id": f"{kind}.saleslake.{name}",
        "original_file_path": f"{kind}s/{name}.sql",
        "compiled_code": code,
        "columns": {},
        "config": {"enabled": True, "tags": []},
        **more,
    }


def nodes(full: list[object], later: list[object] | None = None) -> dict[str, CompiledNode]:
    """Compiled nodes by name; the later branch is the same unless given."""

    def manifest(content: list[object]) -> str:
        return json.dumps({"nodes": {f"n{place}": one for place, one in enumerate(content)}})

    compiled = both_branches(read_manifest(manifest(full)), read_manifest(manifest(later or full)))
    return {one.node.name: one for one in compiled}
