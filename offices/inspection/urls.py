"""Addresses of inspection groups; included under ``offices``."""

from django.urls import path

from offices.inspection import views
from portal.screens import history_of

urlpatterns = [
    path("", views.GroupList.as_view(), name="inspectiongroup-list"),
    path("groups/<uuid:uuid>/", views.GroupDetail.as_view(), name="inspectiongroup-detail"),
    path("groups/<uuid:uuid>/history/", history_of(views.GroupDetail), name="inspectiongroup-history"),
    path("provinces/", views.MemberList.as_view(), name="zoneprovince-list"),
    path("changes/", views.ChangeList.as_view(), name="inspectionchange-list"),
    path("changes/add/<slug:kind>/", views.ChangeAdd.as_view(), name="inspectionchange-add"),
    path("changes/<uuid:uuid>/", views.ChangeDetail.as_view(), name="inspectionchange-detail"),
    path("changes/<uuid:uuid>/<slug:act>/", views.ChangeAct.as_view(), name="inspectionchange-act"),
]
