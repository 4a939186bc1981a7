"""A YAML file whose every setting knows its line, so that an error can point at it."""

from __future__ import annotations

from pathlib import Path

import yaml

from saleslake.errors import CatalogueError

Location = tuple[int | str, ...]
"""The way to a setting: mapping keys and list positions, outermost first."""


class Document:
    """One YAML file: its content as plain values, and the line of each setting.

    Args:
        file: the file to read.

    Raises:
        CatalogueError: the file cannot be read, is no YAML, holds no mapping or repeats a key.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            loader = yaml.SafeLoader(file.read_text(encoding="utf-8"))
            root = loader.get_single_node()
            if not isinstance(root, yaml.MappingNode):
                line = root.start_mark.line + 1 if root else None
                raise CatalogueError(
                    file, line, "holds no settings", "Write 'source: <name>' and its tables."
                )
            self.root = root
            self._refuse_repeated_keys(root)
            self.content: object = loader.construct_document(root)
        except yaml.YAMLError as error:
            raise self._syntax_error(error) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogueError(
                file, None, "cannot be read as UTF-8 text", "Mend or remove the file."
            ) from error

    def line_of(self, location: Location, *, of_key: bool = False) -> int:
        """Return the line of a setting; of its nearest existing parent if it is not there.

        Args:
            location: the way to the setting.
            of_key: the line of the key rather than of its value.
        """
        node: yaml.Node = self.root
        line = node.start_mark.line
        for step in location:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
            line = (key if of_key else node).start_mark.line
        return line + 1

    def _refuse_repeated_keys(self, node: yaml.Node) -> None:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._refuse_repeated_keys(item)
        if not isinstance(node, yaml.MappingNode):
            return
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                problem = f"setting '{name}' is given twice, first in line {seen[name]}"
                raise CatalogueError(self.file, line, problem, "Keep one of the two.")
            seen[name] = line
            self._refuse_repeated_keys(value)

    def _syntax_error(self, error: yaml.YAMLError) -> CatalogueError:
        line, problem = None, "is not valid YAML"
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
            line, problem = error.problem_mark.line + 1, f"is not valid YAML: {error.problem}"
        return CatalogueError(self.file, line, problem, "Mend the syntax in or above this line.")


def _child(node: yaml.Node, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the key node and the value node one step below; for a list item, the item twice."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item, item
    return None
