"""Brings up the engine that runs the SQL, embedded or spark, and attaches the lake's tables.

`dbt_saleslake`, beside the dbt project, is where dbt itself finds this package.
"""
