"""How fast this project is against what a user would pick instead: dbt with DuckDB.

One command measures whole processes side by side, on the same files, with the same models and
tests, and makes sure that both sides did the same work.

    data        the files: the six delivered ones, and many more lines made from them
    port        this project, generated as a dbt-duckdb project
    sides       what is compared, and how each is run and read
    measure     wall time, CPU time and memory of a process and all its children
    checks      whether the sides built the same nodes and the same gold
    session     the order of runs
    results     what was measured, as data; ratios and targets
    terminal, document    the results for a person
    loader      the loader alone, against Spark's CSV source and DuckDB: a command of its own
"""
