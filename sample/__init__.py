"""A fictional business and the files that its systems would deliver, with the truth about it.

It sells outdoor and garden gear. The business is made first, then written down by each of its
systems, then dirtied; so whatever is later said about it (a cleaned total, a customer's value, the
effect of a channel) can be held against what it was made from. Everything follows from a seed.

    world      the business: places, goods, customers, days, orders; draws are its random numbers
    domains    what each system writes down of it, and what goes wrong in its files
    dirt       how records are made wrong, late, repeated, and how that is written down
    drift      how columns change over time
    truth      what is true, written beside the files
    output     tables to files on disk
    writing    the whole: a first delivery, and the days that follow
    profiles   how large it is
"""

from sample.profiles import DEFAULT_PROFILE, PROFILES, SampleSettings, settings_of
from sample.writing import SampleSummary, write_next_days, write_sample

__all__ = [
    "DEFAULT_PROFILE",
    "PROFILES",
    "SampleSettings",
    "SampleSummary",
    "settings_of",
    "write_next_days",
    "write_sample",
]
