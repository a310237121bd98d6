"""Parsers: bytes of one payload in, one tidy raw frame out, with a locator on every row.

Belongs here: one module a source, and `frame`, the contract that all of them return.
Does not belong here: entity codes, unit conversion, deduplication (`transforms.normalise.observations`), files,
network, clock.
"""
