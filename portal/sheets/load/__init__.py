"""File → columns of text, in the reading child. Says nothing yet about what the text means.

grid   what is read, and the refusal      workbook   XLSX      text   CSV and its like
"""

from portal.sheets.load.grid import Grid, Piece, Refused
from portal.sheets.load.text import load_csv
from portal.sheets.load.workbook import load_xlsx

__all__ = ["Grid", "Piece", "Refused", "load_csv", "load_xlsx"]
