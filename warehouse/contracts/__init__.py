"""Every table of the warehouse as data: grain, columns, types, units, descriptions, expectations, caveats, licence.

Belongs here: `model` (the shape of a contract), one module a schema, and `registry` (all of them, in build order).
Does not belong here: code that writes, checks or publishes tables; it reads these contracts.
"""
