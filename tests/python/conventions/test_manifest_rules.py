"""What style and CONTRIBUTING.md ask of the dbt project and dbt-bouncer cannot say.

Each rule is also shown a manifest that breaks it, and must name the one that does.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import breaking
import pytest
import rules_documentation as documentation
import rules_structure as structure
import rules_testing as testing
from breaking import Break
from manifest import Manifest

Rule = Callable[[Manifest], list[str]]

pytestmark = pytest.mark.slow  # a child process parses the project

RULES: list[Rule] = [
    structure.snapshots_are_read_in_silver,
    structure.models_are_named_for_layer_and_folder,
    structure.bronze_is_named_for_its_raw_table,
    structure.files_stand_where_they_belong,
    structure.models_end_with_final,
    structure.divisions_are_of_doubles,
    structure.incremental_models_say_how,
    documentation.everything_is_described,
    documentation.columns_of_all_tables_are_described,
    documentation.descriptions_start_with_the_grain,
    documentation.exposures_are_true,
    testing.keys_are_unique_and_not_null,
    testing.failing_rows_fail_the_build,
    testing.tests_are_named_for_what_they_say,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_project_keeps(rule: Rule, manifest: Manifest) -> None:
    assert rule(manifest) == []


BROKEN: list[tuple[Rule, Break, str]] = [
    (structure.snapshots_are_read_in_silver, breaking.read_a_snapshot, "dim_customer"),
    (
        structure.models_are_named_for_layer_and_folder,
        breaking.move("silver_erp__customers", "models/silver/crm"),
        "silver_erp__customers lies in models/silver/crm",
    ),
    (
        structure.models_are_named_for_layer_and_folder,
        breaking.move("bronze_crm__prd_info", "models/bronze"),
        "bronze_crm__prd_info",
    ),
    (
        structure.models_are_named_for_layer_and_folder,
        breaking.lose("dim_location"),
        "dim_location",
    ),
    (
        structure.bronze_is_named_for_its_raw_table,
        breaking.rename("bronze_crm__prd_info", "bronze_crm__products"),
        "bronze_crm__products",
    ),
    (
        structure.files_stand_where_they_belong,
        breaking.described_in("dim_date", "models/gold/core/_models.yml"),
        "dim_date",
    ),
    (
        structure.files_stand_where_they_belong,
        breaking.macro_described_in("macros/cleaning/more__macros.yml"),
        "repair",
    ),
    (
        structure.models_end_with_final,
        breaking.add_code("dim_date", "select date_key from final"),
        "dim_date",
    ),
    (
        structure.models_end_with_final,
        breaking.add_code("dim_product", "{{ ref('a') }} {{ ref('a') }}\nselect * from final"),
        "dim_product refers to a",
    ),
    (
        structure.divisions_are_of_doubles,
        breaking.add_code("fact_sales", "select a / b as c from final"),
        "fact_sales divides: ",
    ),
    (
        structure.incremental_models_say_how,
        breaking.configure("fact_sales", unique_key=None),
        "fact_sales has the unique key None",
    ),
    (
        structure.incremental_models_say_how,
        breaking.configure("fact_orders", on_schema_change="ignore"),
        "fact_orders does ignore",
    ),
    (
        structure.incremental_models_say_how,
        breaking.configure("bronze_crm__cust_info", incremental_strategy="insert_overwrite"),
        "bronze_crm__cust_info has the strategy insert_overwrite",
    ),
    (
        documentation.everything_is_described,
        breaking.describe("headline_figures", ""),
        "headline_figures",
    ),
    (documentation.everything_is_described, breaking.forget_an_argument, "latest_records"),
    (documentation.everything_is_described, breaking.forget_all_arguments, "surrogate_key"),
    (
        documentation.columns_of_all_tables_are_described,
        breaking.describe_column("seed", "seed_reason_codes", "outcome"),
        "seed_reason_codes.outcome",
    ),
    (
        documentation.columns_of_all_tables_are_described,
        breaking.describe_column("source", "loc_a101", "CID"),
        "loc_a101.CID",
    ),
    (
        documentation.descriptions_start_with_the_grain,
        breaking.describe("seed_country_aliases", "Spellings of countries."),
        "seed_country_aliases",
    ),
    (documentation.exposures_are_true, breaking.expose("run_report"), "run_report: dim_date"),
    (documentation.exposures_are_true, breaking.expose("analyses"), "analyses: dim_date"),
    (
        documentation.exposures_are_true,
        breaking.expose("docs_site", email="somebody@example.invalid"),
        "docs_site has an address",
    ),
    (
        testing.keys_are_unique_and_not_null,
        breaking.lose("unique_fact_sales_sales_line_key"),
        "fact_sales",
    ),
    (
        testing.keys_are_unique_and_not_null,
        breaking.lose("not_null_dim_customer_customer_key"),
        "dim_customer",
    ),
    (
        testing.keys_are_unique_and_not_null,
        breaking.lose("not_null_silver_erp__customers_identity_namespace"),
        "silver_erp__customers",
    ),
    (
        testing.keys_are_unique_and_not_null,
        breaking.configure("silver_crm__customers_has_one_row_per_key", where="customer_id <> '0'"),
        "silver_crm__customers",
    ),
    (
        testing.keys_are_unique_and_not_null,
        breaking.lose("silver_conformed__repaired_values_lists_a_repair_once"),
        "silver_conformed__repaired_values",
    ),
    (
        testing.failing_rows_fail_the_build,
        breaking.configure("unique_dim_date_date_key", error_if=">10"),
        "unique_dim_date_date_key",
    ),
    (
        testing.failing_rows_fail_the_build,
        breaking.configure("unique_dim_date_date_key", severity="WARN"),
        "unique_dim_date_date_key only warns",
    ),
    (
        testing.tests_are_named_for_what_they_say,
        breaking.rename("fact_sales_has_every_key", "has_every_key"),
        "has_every_key is a test of fact_sales",
    ),
    (
        testing.tests_are_named_for_what_they_say,
        breaking.rename("unique_dim_date_date_key", f"unique_dim_date_{'0a' * 16}"),
        "has no name of its own",
    ),
    (
        testing.tests_are_named_for_what_they_say,
        breaking.rename("unique_dim_date_date_key", "unique_dim_location_location_key"),
        "unique_dim_location_location_key is the name of 2 tests",
    ),
    (
        testing.tests_are_named_for_what_they_say,
        breaking.rename_unit_test("test1"),
        "test1 is no sentence",
    ),
]


@pytest.mark.parametrize(("rule", "break_it", "named"), BROKEN)
def test_a_broken_rule_names_its_offender(
    rule: Rule, break_it: Break, named: str, manifest: Manifest
) -> None:
    broken = deepcopy(manifest)
    break_it(broken)
    (offender,) = rule(broken)
    assert named in offender


def test_every_rule_is_shown_to_bite() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)
