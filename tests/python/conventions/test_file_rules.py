"""Conventions of files that the manifest only points to, and copies of them that break each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import breaking
import pytest
import rules_documentation as documentation
import rules_structure as structure
from manifest import Doc, Manifest
from projects import edit

from saleslake.settings import PROJECT_DIR

FileRule = Callable[[Manifest, Path], list[str]]
pytestmark = pytest.mark.slow  # a child process parses the project

FILE_RULES: list[FileRule] = [
    structure.sources_are_read_in_bronze,
    structure.every_macro_is_called,
    structure.one_models_file_per_folder,
    documentation.seeds_have_typed_columns,
    documentation.every_doc_is_used,
]


@pytest.mark.parametrize("rule", FILE_RULES)
def test_the_project_s_files_keep(rule: FileRule, manifest: Manifest) -> None:
    assert rule(manifest, PROJECT_DIR) == []


def test_shared_texts_are_docs() -> None:
    assert documentation.shared_texts_are_docs(PROJECT_DIR) == []


def test_a_source_above_bronze_is_ops_or_says_who_writes_it(
    manifest: Manifest, tmp_path: Path
) -> None:
    broken = deepcopy(manifest)
    breaking.read_a_source(broken)
    (offender,) = structure.sources_are_read_in_bronze(broken, tmp_path)
    assert offender == "silver_crm__customers reads the source crm.cust_info"

    source = broken.sources["source.saleslake.crm.cust_info"]
    source.config.meta["written_by"] = "predict"
    assert structure.sources_are_read_in_bronze(broken, tmp_path) == [offender]  # no such package
    (tmp_path / "predict").mkdir()
    (tmp_path / "predict" / "__init__.py").touch()
    assert structure.sources_are_read_in_bronze(broken, tmp_path) == []

    source.config.meta.clear()
    source.source_name = "ops"
    assert structure.sources_are_read_in_bronze(broken, tmp_path) == []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the files that rules read beside the manifest."""
    for part in ("models", "seeds", "macros", "tests/dbt"):
        shutil.copytree(PROJECT_DIR / part, tmp_path / part)
    return tmp_path


def test_a_second_or_too_long_models_file_is_named(manifest: Manifest, copied: Path) -> None:
    broken = deepcopy(manifest)
    shutil.copy(
        copied / "models/silver/erp/silver_erp__models.yml",
        copied / "models/silver/erp/silver_erp__more.yml",
    )
    breaking.described_in("silver_erp__customers", "models/silver/erp/silver_erp__more.yml")(broken)
    (offender,) = structure.one_models_file_per_folder(broken, copied)
    assert offender == "models/silver/erp has 2 files of models"

    long = copied / "models/silver/crm/silver_crm__models.yml"
    long.write_text(long.read_text("utf-8") + "\n" * 400, encoding="utf-8")
    (offender,) = structure.one_models_file_per_folder(manifest, copied)
    assert "silver_crm__models.yml has" in offender


def test_a_seed_s_new_column_wants_a_type(manifest: Manifest, copied: Path) -> None:
    edit(copied / "seeds/seed_gender_aliases.csv", "alias,gender", "alias,gender,language")
    (offender,) = documentation.seeds_have_typed_columns(manifest, copied)
    assert offender == "seed_gender_aliases has ['alias', 'gender', 'language']"


def test_a_repeated_text_and_an_unused_one_are_named(manifest: Manifest, copied: Path) -> None:
    text = "Male, Female or Unknown, as the CRM alone has it"
    yml = copied / "models/silver/crm/checked/silver_crm_checked__models.yml"
    edit(copied / "models/silver/crm/silver_crm__models.yml", f"{text};", f"{text}.")
    edit(
        copied / "models/silver/crm/silver_crm__models.yml",
        " silver_conformed__customers_unified\n          fills the gaps.\n",
        "\n",
    )
    assert text in yml.read_text("utf-8")
    (offender,) = documentation.shared_texts_are_docs(copied)
    assert offender == "gender has one text in silver_crm__customers, silver_crm__customers_checked"

    broken = deepcopy(manifest)
    broken.docs["doc.saleslake.col_nothing"] = Doc(name="col_nothing", package_name="saleslake")
    assert documentation.every_doc_is_used(broken, copied) == ["doc col_nothing is not used"]


def test_a_macro_that_nobody_calls_is_named(manifest: Manifest, copied: Path) -> None:
    edit(
        copied / "models/gold/core/fact_sales.sql",
        "sales_lines_since(this), ",
        "",
    )
    (offender,) = structure.every_macro_is_called(manifest, copied)
    assert offender == "sales_lines_since is never called"
