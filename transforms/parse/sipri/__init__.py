"""SIPRI's workbook of military expenditure: parser, layout fingerprint, and which release it is."""

from transforms.parse.sipri.fingerprint import layout_fingerprint
from transforms.parse.sipri.identity import release_identity
from transforms.parse.sipri.release import parse_sipri_workbook, read_sipri_workbook

__all__ = ["layout_fingerprint", "parse_sipri_workbook", "read_sipri_workbook", "release_identity"]
