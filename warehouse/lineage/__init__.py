"""Lineage as data: which figures go into each column of a mart, and the formula that they go through."""
