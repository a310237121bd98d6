"""Formulas of the published figures as data: what each is computed from, and how."""
