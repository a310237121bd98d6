"""How large a payload may be before it is read: each limit with the largest real file that it leaves room for.

Belongs here: the numbers. Does not belong here: what holds a file to them (`payload`, `parse.workbook_bounds`).

A file beyond a limit is refused before the step that would take the memory or the time. What is within all limits is
read in seconds and in less than 1 GB. "Seen" is the largest of the real files of all five sources, as of November 2026.
"""

from __future__ import annotations

from typing import Final

# Of a payload as it arrives or is handed in. Seen: 18 MB (IMF, WEO database as a workbook).
PAYLOAD_BYTES: Final = 64 * 1024 * 1024
# Of an archive, or of gzip, unpacked. Seen: 18 MB (IMF, WEO database as a workbook).
UNPACKED_BYTES: Final = 100_000_000
# Files in an archive. Seen: 50 (NATO). Of an archive of replies: one a page.
ARCHIVE_MEMBERS: Final = 2_000
# Cells of the smallest rectangles that hold all cells of each sheet, in a workbook: openpyxl makes a cell for each
# place that is iterated. Seen: 500 366 (IMF), 370 209 (SIPRI, 1949-2020). One cell at XFD1048576: 17 thousand
# million.
WORKBOOK_CELLS: Final = 700_000
# Places under merges, links and comments, each of which openpyxl makes a cell. Seen: 1 231 (SIPRI).
WORKBOOK_SPANNED_CELLS: Final = 100_000
# XML elements of a workbook, nested and in all. Seen: 9 and 904 537 (IMF).
WORKBOOK_DEPTH: Final = 64
WORKBOOK_ELEMENTS: Final = 3_000_000
# Cells of a delimited file, and columns. Seen: half a million (IMF, WEO database) and 70 (World Bank).
TABLE_CELLS: Final = 2_000_000
TABLE_COLUMNS: Final = 2_000
# Bytes and nesting of a JSON reply. Seen: 0.6 MB and 6 (JSON-stat).
JSON_BYTES: Final = 8_000_000
JSON_DEPTH: Final = 50
# Digits of a whole number in JSON: no figure has as many, and Python takes long over thousands.
NUMBER_DIGITS: Final = 40
