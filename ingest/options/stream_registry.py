"""The options that only ``cloudFiles`` streams have: what the catalogue has beside options."""

from __future__ import annotations

from ingest.options import values
from ingest.options.option import Group, Option, Place

_BESIDE = "it has a place of its own"

STREAM = [
    Option(
        "saleslake.restart",
        Group.STREAM,
        "What a stream does that starts without a checkpoint, and whose files were handed out "
        "before. refuse: it ends with an error. continue: it takes what was never handed out. "
        "again: it takes every file again.",
        read=values.one_of("refuse", "continue", "again"),
        field="restart",
        only_in=Place.STREAM,
        elsewhere="the ledger is the loader's checkpoint",
        is_auto_loader_s=False,
    ),
    Option(
        "saleslake.onDuplicate",
        Group.STREAM,
        "What becomes of content that was delivered before under another path: skip, load or "
        "fail, which sets the file aside.",
        read=values.one_of("skip", "load", "fail"),
        field="on_duplicate",
        instead="Write on_duplicate beside options.",
        only_in=Place.STREAM,
        elsewhere=_BESIDE,
        is_auto_loader_s=False,
    ),
    Option(
        "saleslake.onOverwrite",
        Group.STREAM,
        "What becomes of new content under the path of an earlier file: reload, ignore or fail, "
        "which sets the file aside.",
        read=values.one_of("reload", "ignore", "fail"),
        field="on_overwrite",
        instead="Write on_overwrite beside options.",
        only_in=Place.STREAM,
        elsewhere=_BESIDE,
        is_auto_loader_s=False,
    ),
]
