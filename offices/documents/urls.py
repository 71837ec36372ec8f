"""The public address of the check; the pages inside the house are with the app's own (``offices.urls``)."""

from django.urls import path

from offices.documents.check import DocumentCheck

app_name = "check"
urlpatterns = [path("<str:token>/", DocumentCheck.as_view(), name="document-detail")]
