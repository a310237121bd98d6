"""Dagster definitions, loaded file by file.

A file holds plain decorated objects or one `@dg.definitions` function, never both: the objects would vanish silently.
"""
