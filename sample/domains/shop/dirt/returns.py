"""What goes wrong in the web shop's return notes."""

from __future__ import annotations

from sample.dirt.changes import blank, misspelt, padded_with_blanks, same_again, unchanged
from sample.dirt.kinds import Kind
from sample.domains.shop.dirt.changes import times, unknown_order, years_ahead

_TABLE = "shop.return_notes"

KINDS = (
    Kind(
        _TABLE,
        "record_repeated",
        "repeated",
        0.01,
        "the same note twice",
        same_again,
        adds=True,
    ),
    Kind(
        _TABLE,
        "order_unknown",
        "orphan key",
        0.005,
        "an order that no file tells of",
        unknown_order,
    ),
    Kind(
        _TABLE,
        "refund_outlier",
        "outlier",
        0.003,
        "the refund a hundredfold",
        times("refund_amount", 100),
    ),
    Kind(
        _TABLE,
        "refund_negative",
        "out of range",
        0.01,
        "the refund with the sign of an amount that is taken off",
        times("refund_amount", -1),
    ),
    Kind(_TABLE, "reason_blank", "missing", 0.02, "no reason", blank("reason")),
    Kind(
        _TABLE,
        "reason_misspelt",
        "misspelt",
        0.02,
        "a letter is missing in the reason",
        misspelt("reason"),
    ),
    Kind(
        _TABLE,
        "reason_untrimmed",
        "white space",
        0.01,
        "blanks around the reason",
        padded_with_blanks("reason"),
    ),
    Kind(
        _TABLE,
        "returned_date_future",
        "future date",
        0.004,
        "the goods came back decades ahead",
        years_ahead("returned_date"),
    ),
    Kind(_TABLE, "late", "late", 0.03, "the note comes some days late", unchanged),
)
