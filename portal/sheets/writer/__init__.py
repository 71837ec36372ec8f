"""Workbooks and CSV out: exports that can be read back unchanged, templates, and the user's own
workbook with the bad cells marked. Nothing a user typed is ever written as a formula."""

from portal.sheets.writer.export import write_csv, write_xlsx
from portal.sheets.writer.marked import write_marked_workbook
from portal.sheets.writer.template import write_template

__all__ = ["write_csv", "write_marked_workbook", "write_template", "write_xlsx"]
