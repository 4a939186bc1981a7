"""A lake's status as a person reads it in a terminal, at most 100 columns wide but for paths."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from command.formats import age, counted, duration, enumeration, printable, size
from command.report.lake_tables import TableState
from command.report.unclean import ReasonCount
from command.report.undelivered import is_shown, undelivered_lines
from command.status.lake_status import LakeStatus

WIDTH = 100
LABEL = 10
"""Width of the labels on the left."""


def render(status: LakeStatus) -> str:
    """Return the status as text."""
    if not status.exists:
        return "\n".join(
            [
                *_line("Lake", f"{status.lake} does not exist yet"),
                *_line("First", "saleslake run    lands files and builds it; --help says how"),
            ]
        )
    lines = [*_head(status), "", *_tables(status), *_not_clean(status)]
    return "\n".join(map(printable, lines))


def _head(status: LakeStatus) -> Iterator[str]:
    whole = sum(table.size_bytes for table in status.tables)
    tables = counted(len(status.tables), "table")
    yield from _line("Lake", f"{status.lake} · {status.kind} data · {tables} · {size(whole)}")
    yield from _runs(status)
    yield from _next(status)
    if status.newest_date is not None:
        yield from _line("Fresh to", f"{status.newest_date}, the newest order")
    yield from _figures(status)


def _runs(status: LakeStatus) -> Iterator[str]:
    holder = status.run_under_way
    if holder is not None:
        since = age(holder.since, status.at)
        yield from _line("Now", f"in use by process {holder.process_id}, which began {since}")
    run = status.last_run
    if run is None:
        yield from _line("Last run", "none has left a report yet")
    else:
        when = age(run.started_at, status.at)
        yield from _line(
            "Last run", f"{when}, {duration(run.seconds)} on {run.engine}: {run.verdict}"
        )
        for node in run.failures:
            message = " ".join(node.message.split())
            yield from _line("", f"FAILED {node.kind} {node.name}: {message}"[: 3 * WIDTH])
    unreported = status.unreported_run
    if unreported is not None:
        when = age(unreported.started_at, status.at)
        told = f": {unreported.message}" if unreported.message else "; run again to go on"
        yield from _line("Since", f"a run that began {when} was {unreported.outcome}{told}")


def _next(status: LakeStatus) -> Iterator[str]:
    plan = status.next_run
    what = "nothing to do" if plan.kind == "nothing" else f"{plan.kind} build"
    yield from _line("Next run", f"{what}: {plan.reason}")
    if status.next_run_stops is not None:
        yield from _line("", f"it will STOP: {status.next_run_stops}")
    landing = status.landing
    if landing.folder is None:
        yield from _line("Landing", "no folder known: name it with --landing or SALESLAKE_LANDING")
    else:
        waiting = f"{landing.files_waiting:,} new, {landing.files_known:,} known"
        if landing.files_left_out:
            waiting += f", {landing.files_left_out:,} left out by options"
        yield from _line("Landing", f"{landing.folder} · {waiting}")
    for table in landing.tables:
        if table.files_outstanding:
            files = counted(table.files_outstanding, "file")
            outstanding = f"{files}, {size(table.bytes_outstanding)}"
            yield from _line("", f"outstanding for {table.table}: {outstanding}")
    if status.files_to_clean_up:
        files = counted(status.files_to_clean_up, "loaded file")
        yield from _line("", f"{files} will be taken out of it by cloudFiles.cleanSource")
    if status.restore_is_pending:
        yield from _line("", "a restore was interrupted; the next run finishes it first")
    if landing.files_unfinished:
        files = counted(landing.files_unfinished, "file")
        yield from _line("", f"{files} of an interrupted landing; the next run goes on with them")


def _figures(status: LakeStatus) -> Iterator[str]:
    figures = status.last_run.figures if status.last_run else None
    if figures is None:
        return
    customers = counted(figures.customers, "customer")
    for currency in figures.currencies:
        yield from _line(
            "Figures",
            f"revenue {currency.revenue:,.0f} {currency.currency_code} · "
            f"profit {currency.profit:,.0f} · {counted(currency.orders, 'order')} · {customers}",
        )


def _tables(status: LakeStatus) -> Iterator[str]:
    yield f"{'Tables':<45}{'rows':>13}{'size':>8}{'version':>8} {'changed':<14} newest"
    for layer, found in groupby(status.tables, key=lambda table: table.layer):
        tables = list(found)
        whole = sum(table.size_bytes for table in tables)
        yield f"{layer:<45}{'':>13}{size(whole):>8}"
        for table in tables:
            if is_shown(table, status.nothing_delivered):
                yield _table(table, status).rstrip()
        if layer == "raw":
            yield from undelivered_lines(status.nothing_delivered)


def _table(table: TableState, status: LakeStatus) -> str:
    name = f"  {table.full_name if table.layer == 'raw' else table.name:<43}"
    if table.problem is not None:
        return f"{name} CANNOT BE READ: {table.problem}"
    changed = age(table.changed_at, status.at) if table.changed_at else "unknown"
    numbers = f"{table.rows:>13,}{size(table.size_bytes):>8}{table.version:>8}"
    return f"{name}{numbers} {changed:<14} {table.newest_date or ''}"


def _not_clean(status: LakeStatus) -> Iterator[str]:
    damaged = [table.full_name for table in status.tables if table.problem]
    if damaged:
        yield ""
        yield from _line("Damaged", f"{', '.join(damaged)}: saleslake doctor says how to repair")
    if status.set_aside:
        yield ""
        yield f"Files set aside: {len(status.set_aside):,}"
        for note in status.set_aside:
            yield f"  {note.subject}: {note.text}"
    if status.held_back:
        yield ""
        yield f"Full deliveries that do not count: {len(status.held_back):,}"
        for note in status.held_back:
            yield f"  {note.line}"
    unclean = status.unclean
    yield from _reasons("Quarantined by landing", "record", unclean.quarantined)
    yield from _reasons("Quarantined and closed since", "record", _closed(unclean.closed))
    yield from _reasons("Rejected by silver", "record", unclean.rejected)
    yield from _reasons("Repaired by silver", "value", unclean.repaired)


def _closed(reasons: Sequence[ReasonCount]) -> list[ReasonCount]:
    """Return closed records by what closed them: it is no matter any more what did not fit."""
    return [replace(reason, reason_code=reason.outcome) for reason in reasons]


def _reasons(title: str, noun: str, reasons: Sequence[ReasonCount]) -> Iterator[str]:
    """One line per table: its reasons, the most frequent first, over all its columns."""
    if not reasons:
        return
    yield ""
    yield f"{title}: {counted(sum(reason.count for reason in reasons), noun)}"
    for table in dict.fromkeys(reason.table for reason in reasons):
        counts: dict[str, int] = {}
        for reason in reasons:
            if reason.table == table:
                counts[reason.reason_code] = counts.get(reason.reason_code, 0) + reason.count
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        yield from enumeration(f"  {table:<20}", [f"{code} {count:,}" for code, count in ordered])


def _line(label: str, text: str) -> list[str]:
    """A label and a text, which goes on below itself when it is long."""
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=f"{label:<{LABEL}}",
        subsequent_indent=" " * LABEL,
        break_long_words=False,
        break_on_hyphens=False,
    )
