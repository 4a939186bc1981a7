"""Checks what the README says of the project's files against the files that git knows."""

from __future__ import annotations

import re
from collections.abc import Set

UNSAID = {"LICENSE", "README.md"}
"""What needs no line in the tree."""
NOT_KEPT = {"..", ".venv", "lake", "landing"}
"""What lies outside the project, and what the commands make in it."""

_TREE = re.compile(r"## Where things are\s+```\n(.*?)```", re.DOTALL)
_PATH = re.compile(r"(?<![\w<>/.:-])[\w.-]+(?:/[\w.-]+)*/?(?![\w<*/-])")


def tree_problems(readme: str, files: Set[str]) -> list[str]:
    """Compare the README's tree with the top of the project, folders and files, both ways.

    Args:
        readme: its text.
        files: paths of all files that git knows, from the project's folder.
    """
    tree = _TREE.search(readme)
    if tree is None:
        return ["there is no tree under the heading: Where things are"]
    lines = [line for line in tree[1].splitlines() if line.strip()]
    shown = [line.split()[0] for line in lines if not line[0].isspace()]
    folders = {f"{name.split('/')[0]}/" for name in files if "/" in name}
    top = {name for name in files if "/" not in name}
    there = {name for name in folders | top if not name.startswith(".")} - UNSAID
    found = [f"{name} is shown and not there" for name in sorted(set(shown) - there)]
    found += [f"{name} is there and not shown" for name in sorted(there - set(shown))]
    found += [f"{name} is shown twice" for name in sorted(set(shown)) if shown.count(name) > 1]
    return found + [f"{line.split()[0]} says nothing" for line in lines if len(line.split()) < 2]


def path_problems(readme: str, files: Set[str]) -> list[str]:
    """List the paths that the README's tree, code and links name and that are not there.

    A path is a text with a slash and no ``<placeholder>``. An address is none, and neither is a
    file in somebody's landing folder, which begins with the name of a source.
    """
    sources = {name.split("/")[-1].removesuffix(".yml") for name in files if "/catalogue/" in name}
    folders = {part for name in files for part in _parents(name)}
    code = re.findall(r"`([^`\n]+)`|\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", readme, flags=re.S))
    texts = [one or other for one, other in code]
    tree = _TREE.search(readme)
    texts += tree[1].splitlines() if tree else []
    named = {path for text in texts for path in _PATH.findall(text) if "/" in path}
    return [
        f"{path} is named and not there"
        for path in sorted(named)
        if path.split("/")[0] not in NOT_KEPT | sources
        and path.rstrip("/") not in folders
        and path not in files
    ]


def _parents(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]
