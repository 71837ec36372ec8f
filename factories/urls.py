"""Addresses of the app."""

from django.urls import path

from factories import views
from factories.map import views as map_views

app_name = "factories"
urlpatterns = [
    path("", views.FactoryList.as_view(), name="factory-list"),
    path("map/", map_views.MapScreen.as_view(), name="map-detail"),
    path("map/pdf/", map_views.MapPdf.as_view(), name="map-export"),
    path("<uuid:uuid>/", views.FactoryDetail.as_view(), name="factory-detail"),
    path("<uuid:uuid>/edit/", views.FactoryEdit.as_view(), name="factory-edit"),
]
