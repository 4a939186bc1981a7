"""The ERP: birth dates and genders, countries, categories of goods, as three CSV files.

It writes customers' ids in two ways that no other system does.
"""

from sample.domains.domain import Domain
from sample.domains.erp.dirt import KINDS
from sample.domains.erp.files import files

ERP = Domain("erp", KINDS, files)
