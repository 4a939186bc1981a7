"""File patterns: ``*`` stays inside one folder, ``**`` crosses folders, as in shells and Spark.

Python 3.11 has no such function (``glob.translate`` came with 3.13). Matching is case-sensitive on
every system, and a wildcard at the start of a name does not match a leading dot.
"""

from __future__ import annotations

import re

_NOT_HIDDEN = r"(?!\.)"


def glob_problem(pattern: str) -> str | None:
    """Say what is wrong with a pattern, or None."""
    if any("**" in part and part != "**" for part in pattern.split("/")):
        return "has '**' beside other characters"
    if pattern.endswith("**"):
        return "ends in '**' and so names no file"
    try:
        re.compile(_expression(pattern))
    except re.error:
        return "has a broken [..] group"
    return "has an unclosed '['" if re.search(r"\[[^\]]*$", pattern) else None


def compile_glob(pattern: str) -> re.Pattern[str]:
    """Return the expression whose ``fullmatch`` says whether a relative posix path matches."""
    return re.compile(_expression(pattern), re.DOTALL)


def _expression(pattern: str) -> str:
    expression, at_start = "", True
    for piece in re.findall(r"\*\*/|\[!?\]?[^\]]*\]|.", pattern, re.DOTALL):
        if piece == "**/":
            expression += rf"(?:{_NOT_HIDDEN}[^/]+/)*"
            continue
        if piece == "*":
            text = (_NOT_HIDDEN if at_start else "") + "[^/]*"
        elif piece == "?":
            text = (_NOT_HIDDEN if at_start else "") + "[^/]"
        elif len(piece) > 1:
            text = f"(?!/){_NOT_HIDDEN if at_start else ''}{_group(piece)}"
        else:
            text = re.escape(piece)
        expression += text
        at_start = piece == "/"
    return expression


def _group(piece: str) -> str:
    inside = piece[1:-1].replace("\\", r"\\").replace("[", r"\[")
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
