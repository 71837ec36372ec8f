"""Addresses of the app."""

from django.urls import URLPattern, path, register_converter

from portal.screens import history_of
from reporting.views import calls, dashboard, editions, months, owed, packages, runs, submissions

register_converter(months.MonthConverter, "month")

app_name = "reporting"
urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.DashboardScreen.as_view(), name="dashboard-detail"),
    path("dashboard/pdf/", dashboard.DashboardPdf.as_view(), name="dashboard-export"),
    path("figures/", dashboard.FigureRowsScreen.as_view(), name="figure-list"),
    path("runs/", runs.RunList.as_view(), name="compilerun-list"),
    path("runs/add/", runs.RunAdd.as_view(), name="compilerun-add"),
    path("runs/<uuid:uuid>/", runs.RunDetail.as_view(), name="compilerun-detail"),
    path("packages/", packages.PackageList.as_view(), name="package-list"),
    path("packages/add/", packages.PackageAdd.as_view(), name="package-add"),
    path("packages/<uuid:uuid>/", packages.PackageDetail.as_view(), name="package-detail"),
    path("packages/<uuid:uuid>/<slug:act>/", packages.PackageAct.as_view(), name="package-edit"),
    path("editions/", editions.EditionList.as_view(), name="edition-list"),
    path("editions/add/", editions.EditionAdd.as_view(), name="edition-add"),
    path("editions/<uuid:uuid>/", editions.EditionDetail.as_view(), name="edition-detail"),
    path("editions/<uuid:uuid>/history/", history_of(editions.EditionDetail), name="edition-history"),
    path("editions/<uuid:uuid>/<slug:kind>/", editions.EditionFileDownload.as_view(), name="edition-export"),
    path("reminders/", calls.ReminderList.as_view(), name="reminder-list"),
    path("reminders/calls/", calls.CallScreen.as_view(), name="call-list"),
    path("reminders/paper/<slug:kind>/", calls.ReminderPaper.as_view(), name="reminder-export"),
    path("forms/", months.ReportsHome.as_view(), name="form-list"),
    path("forms/<str:code>/obliged/", months.ObligedList.as_view(), name="obligedfactory-list"),
    path("forms/<str:code>/<month:period>/", months.MonthDetail.as_view(), name="form-detail"),
    path("forms/<str:code>/<month:period>/template/", months.MonthTemplate.as_view(), name="form-export"),
    path(
        "forms/<str:code>/<month:period>/obligations/",
        owed.ObligationRefresh.as_view(),
        name="obligation-edit",
    ),
    path(
        "forms/<str:code>/<month:period>/completeness/",
        owed.CompletenessList.as_view(),
        name="completeness-list",
    ),
    path(
        "forms/<str:code>/<month:period>/factories/", months.ObligationList.as_view(), name="obligation-list"
    ),
    path(
        "forms/<str:code>/<month:period>/factories/<uuid:uuid>/",
        submissions.SubmissionAdd.as_view(),
        name="submission-add",
    ),
    path("submissions/<uuid:uuid>/", submissions.SubmissionDetail.as_view(), name="submission-detail"),
]
