"""Addresses of the app."""

from django.urls import path

from offices import views
from offices.documents import views as documents
from portal.screens import history_of

app_name = "offices"
urlpatterns = [
    path("", views.OfficeList.as_view(), name="office-list"),
    path("<uuid:uuid>/", views.OfficeDetail.as_view(), name="office-detail"),
    path("<uuid:uuid>/history/", history_of(views.OfficeDetail), name="office-history"),
    path("people/", views.PersonList.as_view(), name="person-list"),
    path("people/add/", views.PersonAdd.as_view(), name="person-add"),
    path("people/<uuid:uuid>/", views.PersonDetail.as_view(), name="person-detail"),
    path("people/<uuid:uuid>/history/", history_of(views.PersonDetail), name="person-history"),
    path("people/<uuid:uuid>/account/", views.PersonAccount.as_view(), name="person-account"),
    path("orders/", views.OrderList.as_view(), name="order-list"),
    path("orders/add/", views.OrderAdd.as_view(), name="order-add"),
    path("orders/<uuid:uuid>/", views.OrderDetail.as_view(), name="order-detail"),
    path("orders/<uuid:uuid>/history/", history_of(views.OrderDetail), name="order-history"),
    path("orders/<uuid:uuid>/assign/", views.AssignmentAdd.as_view(), name="assignment-add"),
    path("assignments/", views.AssignmentList.as_view(), name="assignment-list"),
    path("documents/", documents.DocumentList.as_view(), name="document-list"),
    path("documents/<uuid:uuid>/", documents.DocumentDetail.as_view(), name="document-detail"),
    path("registers/", documents.RegisterList.as_view(), name="register-list"),
    path("registers/add/", documents.RegisterAdd.as_view(), name="register-add"),
    path("registers/<uuid:uuid>/edit/", documents.RegisterEdit.as_view(), name="register-edit"),
    path("registers/letterhead/add/", documents.LetterheadAdd.as_view(), name="letterhead-add"),
    path("audit/", views.AuditSearch.as_view(), name="auditevent-list"),
    path("audit/personal/", views.ReadingList.as_view(), name="reading-list"),
    path("audit/personal/mine/", views.MyReadingList.as_view(), name="reading-mine"),
    path("audit/seals/", views.SealList.as_view(), name="seal-list"),
    path("audit/seals/latest/pdf/", views.SealPrint.as_view(), {"seq": "latest"}, name="seal-latest"),
    path("audit/seals/<int:seq>/pdf/", views.SealPrint.as_view(), name="seal-print"),
    path("assignments/<uuid:uuid>/end/", views.AssignmentEnd.as_view(), name="assignment-end"),
]
