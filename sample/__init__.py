"""A fictional business and the files it would deliver, for everyone who has no files to hand.

It sells outdoor and garden gear, keeps a CRM and an ERP, and exports both the way real systems do:
in six CSV files, with their keys spelled differently and with a little dirt. Because the business
is made first and dirtied afterwards, the totals a right pipeline must reach are known.

    world     the business itself, clean: customers, products and their versions, orders
    files     how its systems write that down: columns, key spellings, date formats
    dirt      what goes wrong on the way: every kind by name, with its count
    landing   the folder on disk, whole or not at all, and what is known about it
"""

from sample.landing import CleanTotals, SampleSummary, write_sample_landing

__all__ = ["CleanTotals", "SampleSummary", "write_sample_landing"]
