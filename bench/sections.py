"""Parts of docs/benchmarks.md that commands of their own measure, each between two marks."""

from __future__ import annotations

import sys

from saleslake.settings import PROJECT_DIR

DOCUMENT = PROJECT_DIR / "docs" / "benchmarks.md"

SECTIONS = ("The loader", "The sample")
"""In their order in the document."""


def marks(name: str) -> tuple[str, str]:
    """Return the lines that a section begins and ends with."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def section_of(document: str, name: str) -> str:
    """Return a section of a document, with its marks; nothing where there is none."""
    begin, end = marks(name)
    first, last = document.find(begin), document.find(end)
    return document[first : last + len(end)] if 0 <= first < last else ""


def with_section(document: str, name: str, section: str) -> str:
    """Return a document with a section instead of the one it has, or before what is measured.

    Args:
        document: all of docs/benchmarks.md.
        name: of the section.
        section: with its marks; nothing leaves the document as it is.
    """
    if not section:
        return document
    old = section_of(document, name)
    if old:
        return document.replace(old, section)
    place = document.find("## What is measured")
    if place < 0:
        return f"{document}\n{section}\n" if document else f"{section}\n"
    return f"{document[:place]}{section}\n\n{document[place:]}"


def with_sections_of(document: str, other: str) -> str:
    """Return a document with all sections that another one has."""
    for name in SECTIONS:
        document = with_section(document, name, section_of(other, name))
    return document


def this_call() -> str:
    """Return the command that is running, as a reader would call it."""
    return f'make bench BENCH="{" ".join(sys.argv[1:])}"'


def read_document() -> str:
    """Return docs/benchmarks.md; nothing where it is not written yet."""
    return DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""


def write_section(name: str, section: str) -> None:
    """Put a section into docs/benchmarks.md."""
    DOCUMENT.write_text(with_section(read_document(), name, section), encoding="utf-8")
