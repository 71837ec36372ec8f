"""Addresses of the intake."""

from django.urls import path

from portal.intake import acts, downloads, views
from portal.intake.mapping import views as mapping
from portal.screens import history_of

app_name = "intake"
urlpatterns = [
    path("", views.BatchList.as_view(), name="batch-list"),
    path("new/<str:code>/", views.UploadScreen.as_view(), name="batch-import"),
    path("sheets/<str:code>/template/", downloads.template, name="sheet-template"),
    path("sheets/<str:code>/export.xlsx", downloads.export, {"kind": "xlsx"}, name="sheet-export"),
    path("sheets/<str:code>/export.csv", downloads.export, {"kind": "csv"}, name="sheet-export-csv"),
    path("mappings/", mapping.MappingList.as_view(), name="mapping-list"),
    path("mappings/<uuid:uuid>/", mapping.MappingDetail.as_view(), name="mapping-detail"),
    path("mappings/<uuid:uuid>/retire/", mapping.MappingRetire.as_view(), name="mapping-retire"),
    path("<uuid:uuid>/", views.BatchScreen.as_view(), name="batch-detail"),
    path("<uuid:uuid>/history/", history_of(views.BatchScreen), name="batch-history"),
    path("<uuid:uuid>/rows/", views.BatchRows.as_view(), name="batch-rows"),
    path("<uuid:uuid>/mapping/", mapping.MappingScreen.as_view(), name="batch-mapping"),
    path("<uuid:uuid>/mapping/again/", mapping.BatchRemap.as_view(), name="batch-remap"),
    path("<uuid:uuid>/apply/", acts.BatchApply.as_view(), name="batch-apply"),
    path("<uuid:uuid>/undo/", acts.BatchUndo.as_view(), name="batch-undo"),
    path("<uuid:uuid>/discard/", acts.BatchDiscard.as_view(), name="batch-discard"),
    path("<uuid:uuid>/restore/", acts.BatchRestore.as_view(), name="batch-restore"),
    path("<uuid:uuid>/again/", acts.BatchAgain.as_view(), name="batch-again"),
    path("<uuid:uuid>/marked/", downloads.marked, name="batch-marked"),
]
