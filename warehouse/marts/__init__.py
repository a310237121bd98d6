"""The metrics: each formula once (macros.sql), one SQL file a mart, and the marts of `transforms.outlook`.

Belongs here: what is computed from core tables. Does not belong here: what a column means (warehouse/contracts).
"""
