"""Addresses of the app."""

from django.urls import URLPattern, path

from reporting.views import dashboard

app_name = "reporting"
urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.DashboardScreen.as_view(), name="dashboard-detail"),
    path("dashboard/pdf/", dashboard.DashboardPdf.as_view(), name="dashboard-export"),
    path("figures/", dashboard.FigureRowsScreen.as_view(), name="figure-list"),
]
