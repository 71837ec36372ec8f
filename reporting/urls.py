"""Addresses of the app."""

from django.urls import URLPattern, path

from reporting.views import dashboard, editions, packages

app_name = "reporting"
urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.DashboardScreen.as_view(), name="dashboard-detail"),
    path("dashboard/pdf/", dashboard.DashboardPdf.as_view(), name="dashboard-export"),
    path("figures/", dashboard.FigureRowsScreen.as_view(), name="figure-list"),
    path("packages/", packages.PackageList.as_view(), name="package-list"),
    path("packages/add/", packages.PackageAdd.as_view(), name="package-add"),
    path("packages/<uuid:uuid>/", packages.PackageDetail.as_view(), name="package-detail"),
    path("packages/<uuid:uuid>/<slug:act>/", packages.PackageAct.as_view(), name="package-edit"),
    path("editions/", editions.EditionList.as_view(), name="edition-list"),
    path("editions/add/", editions.EditionAdd.as_view(), name="edition-add"),
    path("editions/<uuid:uuid>/", editions.EditionDetail.as_view(), name="edition-detail"),
    path("editions/<uuid:uuid>/<slug:kind>/", editions.EditionFileDownload.as_view(), name="edition-export"),
]
