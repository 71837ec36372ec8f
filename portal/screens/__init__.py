"""Screens that every app declares instead of writing: list, detail, edit and act.

A screen is a class with a ``policy`` (``portal.access``), a title and a few declarative lines;
``portal.checks`` refuses to start when an address states no policy.
"""

from portal.screens.base import Crumb, Screen
from portal.screens.columns import Column, Table, thai_order
from portal.screens.detail import Action, DetailScreen, Fields, Related
from portal.screens.drafting import Drafting
from portal.screens.edit import ActScreen, Change, EditScreen
from portal.screens.history import history_of
from portal.screens.lists import ListScreen
from portal.screens.putback import PutBackScreen
from portal.screens.undo import UndoScreen

__all__ = [
    "ActScreen",
    "Action",
    "Change",
    "Column",
    "Crumb",
    "DetailScreen",
    "Drafting",
    "EditScreen",
    "Fields",
    "ListScreen",
    "PutBackScreen",
    "Related",
    "Screen",
    "Table",
    "UndoScreen",
    "history_of",
    "thai_order",
]
