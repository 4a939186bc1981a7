"""Steps done ahead of the one who asks for them, on other threads: for what takes long for a file.

Hashing and parsing let other threads run meanwhile (hashlib and pyarrow release Python's lock), so
one thread for each core does so many times the work. What was found is handed over in the order in
which it is asked for, with the error if there was one: whoever asks sees no difference but time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

LARGE = 1 << 20
"""Bytes of a file from which on another thread pays; below, handing it over takes longer."""

_WORKERS = min(4, os.cpu_count() or 1)


class Sized(Protocol):
    """Something that takes the longer the larger it is."""

    @property
    def size(self) -> int:
        """Bytes."""


Item = TypeVar("Item", bound=Sized)
Result = TypeVar("Result")


@contextmanager
def ahead(
    step: Callable[[Item], Result],
    items: Sequence[Item],
    wanted: Callable[[Item], bool] = lambda _: True,
) -> Iterator[Callable[[Item], Result]]:
    """Offer a step that is done ahead for large items, as long as the context lasts.

    Args:
        step: safe to be done on several threads at once.
        items: in the order in which they are asked for; some need not be asked for.
        wanted: whether an item is likely to be asked for; called shortly before on the own thread.

    Yields:
        What takes an item and returns what the step found, or raises what it raised.
    """
    large = [item for item in items if item.size >= LARGE]
    if len(large) < 2:
        yield step
        return
    waiting = iter(large)
    begun: deque[tuple[Item, Future[Result]]] = deque()

    def begin() -> None:
        """Keep each thread busy, and one step ready for the first that is done."""
        while len(begun) <= _WORKERS and (item := next(waiting, None)) is not None:
            if wanted(item):
                begun.append((item, pool.submit(step, item)))

    def take(item: Item) -> Result:
        if item.size < LARGE:
            return step(item)
        begin()
        while begun:
            first, future = begun.popleft()
            if first is item:
                begin()
                return future.result()
            future.cancel()  # it was not asked for
        return step(item)

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="ahead") as pool:
        try:
            yield take
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
