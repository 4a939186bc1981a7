"""What goes wrong in the web shop's files, by what they are about."""

from sample.domains.shop.dirt import customers, offers, orders, returns

KINDS = (*customers.KINDS, *orders.KINDS, *returns.KINDS, *offers.KINDS)
