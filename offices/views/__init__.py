"""Pages of organisation, people and orders."""

from offices.views.audit import AuditSearch, MyReadingList, ReadingList, SealList, SealPrint
from offices.views.offices import OfficeDetail, OfficeList
from offices.views.orders import (
    AssignmentAdd,
    AssignmentEnd,
    AssignmentList,
    OrderAdd,
    OrderDetail,
    OrderList,
)
from offices.views.people import PersonAccount, PersonAdd, PersonDetail, PersonList

__all__ = [
    "AssignmentAdd",
    "AssignmentEnd",
    "AssignmentList",
    "AuditSearch",
    "MyReadingList",
    "OfficeDetail",
    "OfficeList",
    "OrderAdd",
    "OrderDetail",
    "OrderList",
    "PersonAccount",
    "PersonAdd",
    "PersonDetail",
    "PersonList",
    "ReadingList",
    "SealList",
    "SealPrint",
]
