"""How fast the sample is made, beside the usual way: a call of Faker for each value of each row.

faker_rows   that usual way, as one process
session      both, one after the other, and what they wrote
results      what was measured, as data, and its targets
shown        the same for the terminal and for docs/benchmarks.md
command      `python -m bench sample`
"""
