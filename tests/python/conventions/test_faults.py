"""Every fault of docs/faults.md is a test's, and every test's fault is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from saleslake.settings import PROJECT_DIR

_ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def faults_of(source: str) -> set[int]:
    """The numbers in a test module's ``pytest.mark.fault`` marks."""
    return {
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int)
    }


def test_what_is_read_of_a_test() -> None:
    source = "@pytest.mark.fault(3, 4)\ndef test_a(): ...\npytestmark = pytest.mark.fault(5)\n"
    assert faults_of(source) == {3, 4, 5}


def test_every_fault_has_a_test_and_every_test_s_fault_is_described() -> None:
    listed = {
        int(number)
        for number in _ROW.findall((PROJECT_DIR / "docs" / "faults.md").read_text("utf-8"))
    }
    tested: set[int] = set()
    for file in Path(__file__).parents[1].rglob("test_*.py"):
        tested |= faults_of(file.read_text("utf-8"))
    assert listed == tested
