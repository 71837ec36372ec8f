"""Addresses of absences, within the app's own (``offices.urls``)."""

from django.urls import path

from offices.absences import ending_views as ending
from offices.absences import views
from portal.screens import history_of

urlpatterns = [
    path("", views.AbsenceList.as_view(), name="absence-list"),
    path("add/", views.AbsenceAdd.as_view(), name="absence-add"),
    path("mine/", views.AbsenceMine.as_view(), name="absence-mine"),
    path("office/<uuid:uuid>/", views.AbsenceOffice.as_view(), name="absence-office"),
    path("ending/", ending.EndingList.as_view(), name="ending-list"),
    path("ending/cards/", ending.CardList.as_view(), name="statutorycard-ending"),
    path("ending/placements/", ending.PlacementList.as_view(), name="placement-ending"),
    path("ending/<uuid:uuid>/", ending.EndingDetail.as_view(), name="ending-detail"),
    path("<uuid:uuid>/", views.AbsenceDetail.as_view(), name="absence-detail"),
    path("<uuid:uuid>/history/", history_of(views.AbsenceTold), name="absence-history"),
    path("<uuid:uuid>/edit/", views.AbsenceEdit.as_view(), name="absence-edit"),
    path("<uuid:uuid>/cancel/", views.AbsenceCancel.as_view(), name="absence-cancel"),
]
