"""Files that break every rule of dbt-bouncer.yml at least once, for a copy of the project.

What the rules shall name holds the word broken in its name.
"""

from __future__ import annotations

from pathlib import Path

LONG = "\n" * 160
SHOUT = f"{{% macro Broken(text) %}}avg({{{{ text }}}}){LONG}{{% endmacro %}}"

FILES = {
    # Layers: every one reads what it must not.
    "models/bronze/crm/broken_raw.sql": """
        {{ config(schema='silver') }}
        select * from {{ source('crm', 'cust_info') }}
        union all select * from {{ source('erp', 'loc_a101') }}
        union all select * from {{ ref('dim_date') }}
        union all select * from {{ ref('seed_country_aliases') }}
    """,
    "models/silver/crm/broken_customers.sql": """
        {{ config(schema='gold') }}
        select * from {{ source('crm', 'prd_info') }}
        union all select * from {{ ref('dim_date') }}
    """,
    "models/silver/conformed/silver_conformed__broken.sql": """
        select try_to_date(customer_id) as day from {{ ref('silver_crm__customers') }}
    """,
    "models/gold/core/fact_broken.sql": """
        {{ config(schema='silver', materialized='view', contract={'enforced': false}) }}
        select * from {{ ref('bronze_crm__cust_info') }} as one
        join {{ ref('seed_country_aliases') }} as other;
    """,
    "models/gold/core/dim_broken.sql": """
        select try_cast(location_key as int) as location_key from gold.dim_location
    """,
    "models/gold/core/broken_core.sql": f"select 1 as one{LONG}from {{{{ ref('dim_date') }}}}",
    "models/gold/sales/mart_broken.sql": "select * from {{ ref('silver_crm__customers') }}",
    "models/broken_stray.sql": "select * from {{ ref('dim_date') }}",
    "models/gold/core/gold_core__broken.yml": """
        models:
          - name: fact_broken
            description: Some rows.
            columns:
              - {name: customer_key, data_type: bigint}
              - {name: order_date_key, data_type: string}
              - {name: order_date, data_type: timestamp}
              - {name: ordered, data_type: date}
              - {name: updated_at, data_type: string}
              - {name: updated, data_type: timestamp}
              - {name: is_late, data_type: string}
              - {name: late, data_type: boolean}
              - {name: sales_amount, data_type: double}
              - {name: line_count, data_type: double}
              - {name: return_rate, data_type: string}
              - {name: order_id, data_type: double}
              - {name: Channel}
          - name: dim_broken
            columns:
              - {name: location_key, data_type: int}
          - name: mart_broken
            columns:
              - {name: customer_key, data_type: string}
    """,
    # Sources, seeds, snapshots, macros, exposures.
    "models/bronze/crm/broken.yml": """
        sources:
          - name: broken
            schema: raw_crm
            tables:
              - {name: Broken-Table, identifier: cust_info}
    """,
    "seeds/broken_codes.csv": "Code\nx\n",
    "seeds/broken.yml": """
        seeds:
          - name: broken_codes
            columns: [{name: Code}]
    """,
    "snapshots/broken.yml": """
        snapshots:
          - name: broken_history
            relation: ref('dim_date')
            config: {unique_key: date_key, strategy: nightly}
    """,
    "macros/keys/broken_shout.sql": SHOUT,
    "macros/keys/broken.yml": """
        macros:
          - name: Broken
            arguments: [{name: text}]
    """,
    "models/gold/broken.yml": """
        exposures:
          - name: broken_dashboard
            type: dashboard
            owner: {email: somebody@example.invalid}
    """,
}

ALSO_NAMED = {"crm_cust_info", "crm_prd_info", "erp_loc_a101"}
"""Sources that a broken file reads beside the one that may."""


def write(project: Path) -> None:
    """Write the files into a copy of the project."""
    for name, text in FILES.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_unindented(text), encoding="utf-8")


def _unindented(text: str) -> str:
    lines = text.strip("\n").split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] if line[:indent].isspace() else line for line in lines) + "\n"
