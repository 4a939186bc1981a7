"""Looks after a lake without starting an engine: maintenance, time travel, restore, diagnosis.

``delta_log`` reads the logs of its tables as files, so that a table that no library opens can still
be judged; ``history`` follows a table through its versions; the other modules are one command each.
"""
