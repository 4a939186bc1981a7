"""Conventions of dbt's tests. Each rule returns its offenders, named, and why."""

from __future__ import annotations

import re
from collections import Counter

from manifest import Manifest, Node

LISTS = {"silver_conformed__rejected_records", "silver_conformed__repaired_values"}
"""Lists of what became of records. What was inferred stands in no file, so parts may be null."""
NAMED_FOR_THEIR_TABLE = {
    "every_record_accounted_for",
    "row_identity",
    "same_total",
    "unique_together",
}
SHORTEST_REASON = 20


def keys_are_unique_and_not_null(manifest: Manifest) -> list[str]:
    """Every latest, conformed and gold table has one tested key, of one column or of several."""
    tests = manifest.of_type("test")
    return [
        f"{model.name} has no key that is tested unique and not null"
        for model in manifest.of_type("model")
        if model.layer in {"silver", "gold"}
        and "checked" not in model.folder
        and not _has_key(model, [test for test in tests if test.attached_node == model.unique_id])
    ]


def _has_key(model: Node, tests: list[Node]) -> bool:
    """A test of some of the rows only, by a where, proves no key."""
    whole = [test for test in tests if test.config.where is None]
    not_null = {test.column_name for test in whole if _generic(test) == "not_null"}
    keys = [{test.column_name or ""} for test in whole if _generic(test) == "unique"]
    for test in whole:
        if _generic(test) == "unique_together" and test.test_metadata:
            columns = test.test_metadata.kwargs["columns"]
            assert isinstance(columns, list)
            keys.append({str(column) for column in columns})
    return any(key <= not_null for key in keys) or (model.name in LISTS and bool(keys))


def _generic(test: Node) -> str:
    return test.test_metadata.name if test.test_metadata else ""


def failing_rows_fail_the_build(manifest: Manifest) -> list[str]:
    """Severity is error and no threshold hides rows; a warning carries its reason."""
    found = []
    for test in manifest.of_type("test"):
        config = test.config
        plain = (config.error_if, config.warn_if, config.fail_calc, config.limit)
        if plain != ("!= 0", "!= 0", "count(*)", None):
            found.append(f"{test.name} counts otherwise: {plain}")
        if config.severity.lower() != "error" and len(test.description) < SHORTEST_REASON:
            found.append(f"{test.name} only warns and does not say why")
    return found


def tests_are_named_for_what_they_say(manifest: Manifest) -> list[str]:
    """A failed test is read by its name: the table's, then what is true of it."""
    found = []
    for test in manifest.of_type("test"):
        table = (test.attached_node or "").split(".")[-1]
        if _generic(test) in NAMED_FOR_THEIR_TABLE and not test.name.startswith(f"{table}_"):
            found.append(f"{test.name} is a test of {table}")
        # dbt shortens a long name of its own making and ends it with a hash.
        if re.search(r"_[0-9a-f]{32}$", test.name):
            found.append(f"{test.name} has no name of its own")
    names = Counter(node.name for node in manifest.of_type("test", "unit_test"))
    found += [f"{name} is the name of {count} tests" for name, count in names.items() if count > 1]
    return found + [
        f"{test.name} is no sentence in lower case"
        for test in manifest.of_type("unit_test")
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+){2,}", test.name)
    ]
