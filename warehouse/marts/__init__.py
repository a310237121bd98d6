"""The metrics: one SQL file a mart, and the marts that look ahead, computed from `transforms.outlook`.

Belongs here: what is computed from core tables. Does not belong here: what a column means (warehouse/contracts).
"""
