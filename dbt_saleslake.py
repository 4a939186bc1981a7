"""dbt finds this module by its name and brings up the engine through it.

dbt imports every top-level module called ``dbt_…`` and instantiates what it lists in ``plugins``,
before any connection is opened. So plain ``dbt build``, ``dbt test``, ``dbt show`` and ``dbt docs
generate`` work from a fresh shell, with nothing else running.
"""

from engine.dbt_plugin import SaleslakePlugin

plugins = [SaleslakePlugin]
