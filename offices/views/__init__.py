"""Pages of organisation, people and orders."""

from offices.views.audit import AuditSearch, ReadingList, SealList, SealPrint
from offices.views.offices import OfficeDetail, OfficeList
from offices.views.orders import AssignmentList, OrderDetail, OrderList
from offices.views.people import PersonAdd, PersonDetail, PersonEdit, PersonList

__all__ = [
    "AssignmentList",
    "AuditSearch",
    "OfficeDetail",
    "OfficeList",
    "OrderDetail",
    "OrderList",
    "PersonAdd",
    "PersonDetail",
    "PersonEdit",
    "PersonList",
    "ReadingList",
    "SealList",
    "SealPrint",
]
