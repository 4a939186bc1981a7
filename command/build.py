"""Runs `dbt build` in this process and says what came of every node.

In process, because Python's imports, dbt's parse and the engine's start are half of a small run.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from command.logs import redact
from engine.notes import NOTE_PREFIX
from saleslake.errors import ProjectError, SaleslakeError
from saleslake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.cli.main import dbtRunnerResult

FAILED = {"error", "fail", "runtime error", "partial success"}
TESTS = {"test"}
LAYERS = ["raw", "seeds", "bronze", "silver", "snapshots", "gold"]
"""In the order in which a row passes them."""
LEFT_OUT = ["unit_test", "exposure"]


@dataclass(frozen=True)
class NodeOutcome:
    """What came of one dbt node.

    Attributes:
        name: the node's name.
        kind: dbt's resource type: model, seed, snapshot, test.
        layer: bronze, silver, gold or seeds; of a test, the layer that it tests, which may be raw.
        status: dbt's word: success, pass, fail, error, skipped, warn.
        seconds: its execution time.
        message: what dbt says of a failure, without quoted values; else empty.
    """

    name: str
    kind: str
    layer: str
    status: str
    seconds: float
    message: str

    @property
    def failed(self) -> bool:
        """Whether this node makes the run fail."""
        return self.status in FAILED


@dataclass(frozen=True)
class BuildResult:
    """All nodes of a build in the order they ended."""

    nodes: tuple[NodeOutcome, ...]
    succeeded: bool

    @property
    def tables_complete(self) -> bool:
        """Whether every table was built, whatever its tests said."""
        return all(node.status == "success" for node in self.nodes if node.kind not in TESTS)


def build(  # noqa: PLR0913 - where, what, and whom to tell
    project: Path,
    lake: Lake,
    engine: str,
    *,
    full_refresh: bool,
    on_progress: Callable[[int, int], None],
    on_step: Callable[[str], None] = lambda _: None,
) -> BuildResult:
    """Build every table and test its data.

    Unit tests are left out: they test the project, not the data, and only an edit can change them;
    and exposures, which say who reads a table and make nothing.

    Args:
        project: the dbt project's folder, which also holds profiles.yml.
        lake: the lake to build in; its raw tables must exist.
        engine: the profile output to use.
        full_refresh: build every table again from raw.
        on_progress: called with nodes done and nodes in all, whenever a node ends.
        on_step: called with what begins, in words, before the first node does.

    Raises:
        ProjectError: the project or its profile cannot be loaded.
    """
    on_step("Starting dbt")
    from dbt.cli.main import dbtRunner  # lazy: dbt takes two seconds to import

    arguments = ["build", "--target", engine]
    for kind in LEFT_OUT:
        arguments += ["--exclude-resource-type", kind]
    arguments += ["--log-level", "none", "--log-level-file", "none"]
    # The run report says it all; writing manifest.json twice took a tenth of a small run.
    arguments += ["--no-write-json"]
    arguments += ["--project-dir", str(project), "--profiles-dir", str(project)]
    arguments += ["--full-refresh"] if full_refresh else []
    with lake_in_environment(lake):
        outcome = dbtRunner(callbacks=[_Listener(engine, on_progress, on_step)]).invoke(arguments)
    return _result(outcome)


def _step_of(event: object, name: str, engine: str) -> str:
    """Return what an event of dbt begins, in words; empty for most events."""
    if name == "Note":  # the plugin's, about the engine
        text = str(getattr(getattr(event, "data", None), "msg", ""))
        return text.removeprefix(NOTE_PREFIX) if text.startswith(NOTE_PREFIX) else ""
    begins = {
        "AdapterRegistered": "Reading the dbt project",
        "FoundStats": f"Building and testing on {engine}",
    }
    return begins.get(name, "")


@dataclass
class _Listener:
    """Hears dbt's events: what begins, and how many nodes are done."""

    engine: str
    on_progress: Callable[[int, int], None]
    on_step: Callable[[str], None]
    done: int = 0
    total: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, event: object) -> None:
        """Take one event; dbt's worker threads call this."""
        name = getattr(getattr(event, "info", None), "name", "")
        step = _step_of(event, name, self.engine)
        if step:
            self.on_step(step)
        if name not in {"LogStartLine", "NodeFinished"}:
            return
        with self.lock:
            if name == "NodeFinished":
                self.done += 1
            else:
                self.total = int(getattr(getattr(event, "data", None), "total", 0))
            self.on_progress(self.done, self.total)


@contextmanager
def lake_in_environment(lake: Lake) -> Iterator[None]:
    """The plugin reads the lake from the environment, as it does for plain dbt."""
    before = os.environ.get("SALESLAKE_LAKE")
    os.environ["SALESLAKE_LAKE"] = str(lake.root)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SALESLAKE_LAKE"]
        else:
            os.environ["SALESLAKE_LAKE"] = before


def _result(outcome: dbtRunnerResult) -> BuildResult:
    if outcome.exception is not None:
        if isinstance(outcome.exception, KeyboardInterrupt):
            raise outcome.exception
        _raise_our_own(outcome.exception)
        raise ProjectError(str(outcome.exception)) from outcome.exception
    schemas = {
        result.node.unique_id: result.node.schema
        for result in outcome.result.results
        if str(result.node.resource_type) not in TESTS
    }
    nodes = tuple(
        NodeOutcome(
            name=result.node.name,
            kind=str(result.node.resource_type),
            layer=schemas.get(result.node.unique_id)
            or tested_layer(
                getattr(result.node, "attached_node", None), result.node.depends_on.nodes, schemas
            ),
            status=str(result.status),
            seconds=round(result.execution_time, 3),
            message=""
            if str(result.status) in {"success", "pass"}
            else redact(str(result.message or "")),
        )
        for result in outcome.result.results
    )
    return BuildResult(nodes, succeeded=bool(outcome.success))


def tested_layer(
    attached: str | None, depends_on: Sequence[str], schemas: Mapping[str, str]
) -> str:
    """Return the layer that a test tests.

    Args:
        attached: unique id of the model or source that a generic test stands at, if it is one.
        depends_on: unique ids of what its SQL reads.
        schemas: the schema of each model, seed and snapshot by unique id.

    Returns:
        The layer of what it stands at, else the last one in a row's way of those that it reads.
    """
    layers = [
        "raw" if node.startswith("source.") else schemas.get(node, "")
        for node in ([attached] if attached else depends_on)
    ]
    return max(layers, key=lambda layer: LAYERS.index(layer) if layer in LAYERS else -1, default="")


def _raise_our_own(error: BaseException) -> None:
    """Raise the error of ours that dbt wrapped in its own, if there is one."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SaleslakeError):
            raise cause
        cause = cause.__cause__ or cause.__context__
