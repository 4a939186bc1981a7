"""Ways to break a convention in a copy of the manifest, one each."""

from __future__ import annotations

from collections.abc import Callable

from manifest import Column, Manifest

Break = Callable[[Manifest], None]


def read_a_source(broken: Manifest) -> None:
    """Silver reads a delivered table past bronze."""
    broken.named("silver_crm__customers").parents.append("source.saleslake.crm.cust_info")


def read_a_snapshot(broken: Manifest) -> None:
    """Gold reads what was observed when."""
    broken.named("dim_customer").parents.append("snapshot.saleslake.snapshot_crm__customer")


def move(name: str, folder: str) -> Break:
    """A model lies in another folder."""

    def broken_by(broken: Manifest) -> None:
        broken.named(name).original_file_path = f"{folder}/{name}.sql"

    return broken_by


def lose(name: str) -> Break:
    """A node is not there."""

    def broken_by(broken: Manifest) -> None:
        del broken.nodes[broken.named(name).unique_id]

    return broken_by


def described_in(name: str, file: str) -> Break:
    """A model is described in another file."""

    def broken_by(broken: Manifest) -> None:
        broken.named(name).patch_path = f"saleslake://{file}"

    return broken_by


def macro_described_in(file: str) -> Break:
    """A macro is described in another file."""

    def broken_by(broken: Manifest) -> None:
        broken.macros["macro.saleslake.repair"].patch_path = f"saleslake://{file}"

    return broken_by


def add_code(name: str, code: str) -> Break:
    """A model ends otherwise."""

    def broken_by(broken: Manifest) -> None:
        node = broken.named(name)
        node.raw_code = node.raw_code.replace("select * from final", code)

    return broken_by


def configure(name: str, **settings: str | int | None) -> Break:
    """A node is configured otherwise."""

    def broken_by(broken: Manifest) -> None:
        config = broken.named(name).config
        for setting, value in settings.items():
            setattr(config, setting, value)

    return broken_by


def describe(name: str, text: str) -> Break:
    """A node is described otherwise."""

    def broken_by(broken: Manifest) -> None:
        broken.named(name).description = text

    return broken_by


def describe_column(kind: str, name: str, column: str) -> Break:
    """A column has no description."""

    def broken_by(broken: Manifest) -> None:
        (node,) = (x for x in broken.of_type(kind) if x.name == name)
        node.columns[column] = Column(name=column)

    return broken_by


def forget_an_argument(broken: Manifest) -> None:
    """One argument of a macro is not described."""
    broken.macros["macro.saleslake.latest_records"].arguments.pop()


def forget_all_arguments(broken: Manifest) -> None:
    """No argument of a macro is described."""
    broken.macros["macro.saleslake.surrogate_key"].arguments.clear()


def expose(name: str, **changes: str) -> Break:
    """An exposure lists a table that is not read, and whom to write to."""

    def broken_by(broken: Manifest) -> None:
        exposure = broken.exposures[f"exposure.saleslake.{name}"]
        exposure.parents.append("model.saleslake.dim_date")
        exposure.owner.update(changes)

    return broken_by


def rename(name: str, new: str) -> Break:
    """A node has another name."""

    def broken_by(broken: Manifest) -> None:
        broken.named(name).name = new

    return broken_by


def rename_unit_test(new: str) -> Break:
    """Some unit test has another name."""

    def broken_by(broken: Manifest) -> None:
        next(iter(broken.unit_tests.values())).name = new

    return broken_by
