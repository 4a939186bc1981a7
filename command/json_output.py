"""JSON for scripts: what every command prints with ``--format json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

FORMAT_VERSION = 1
"""Of every document that a command prints: fields are added within a version, never changed."""


def as_json(value: object) -> str:
    """Return a result as JSON; amounts as text, dates in ISO 8601."""
    return json.dumps(_plain(value), indent=1)


def as_json_line(value: object) -> str:
    """Return a result as JSON on one line, for commands that print more than one."""
    return json.dumps(_plain(value))


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | Path) else value
