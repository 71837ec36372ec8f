"""Help of every page, told by what the page declares: nothing is written twice, so it cannot be stale.

A screen's columns, filters, exports, fields and state words are read from its class; what a screen
of the kernel cannot know (the sheets of a form, its rules) is told by sources that apps register in
``AppConfig.ready``.
"""

from portal.help.pages import ABOUT, Entry, Page, Room, Section, pages, register, rooms, url_of
from portal.help.sheets import of_sheet, sheet_help, sheets
from portal.help.told import sections

__all__ = [
    "ABOUT",
    "Entry",
    "Page",
    "Room",
    "Section",
    "of_sheet",
    "pages",
    "register",
    "rooms",
    "sections",
    "sheet_help",
    "sheets",
    "url_of",
]
