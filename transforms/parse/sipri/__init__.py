"""SIPRI's workbook of military expenditure: parser and layout fingerprint."""

from transforms.parse.sipri.fingerprint import layout_fingerprint
from transforms.parse.sipri.release import parse_sipri_workbook, read_sipri_workbook

__all__ = ["layout_fingerprint", "parse_sipri_workbook", "read_sipri_workbook"]
