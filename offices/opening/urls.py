"""Addresses of opening an office, within the app's own (``offices.urls``)."""

from django.urls import path

from offices.opening import views

urlpatterns = [
    path("", views.OpeningList.as_view(), name="opening-list"),
    path("<uuid:uuid>/", views.OpeningDetail.as_view(), name="opening-detail"),
]
