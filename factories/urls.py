"""Addresses of the app."""

from django.urls import path

from factories import views

app_name = "factories"
urlpatterns = [
    path("", views.FactoryList.as_view(), name="factory-list"),
    path("<uuid:uuid>/", views.FactoryDetail.as_view(), name="factory-detail"),
    path("<uuid:uuid>/edit/", views.FactoryEdit.as_view(), name="factory-edit"),
]
