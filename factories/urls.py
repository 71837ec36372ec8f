"""Addresses of the app."""

from django.urls import path

from factories import views
from factories.map import views as map_views
from factories.views import contacts, responsibility, rule_acts
from portal.screens import history_of

app_name = "factories"
urlpatterns = [
    path("", views.FactoryList.as_view(), name="factory-list"),
    path("map/", map_views.MapScreen.as_view(), name="map-detail"),
    path("map/pdf/", map_views.MapPdf.as_view(), name="map-export"),
    path("responsibility/", responsibility.RuleGroupList.as_view(), name="responsibilityrule-list"),
    path(
        "responsibility/<uuid:uuid>/",
        responsibility.RuleGroupDetail.as_view(),
        name="responsibilityrule-detail",
    ),
    path("responsibility/<uuid:uuid>/add/", rule_acts.RuleAdd.as_view(), name="responsibilityrule-add"),
    path(
        "responsibility/<uuid:uuid>/reassign/<uuid:person>/",
        rule_acts.RuleReassign.as_view(),
        name="responsibilityrule-reassign",
    ),
    path(
        "responsibility/rules/<uuid:uuid>/edit/", rule_acts.RuleEdit.as_view(), name="responsibilityrule-edit"
    ),
    path("responsibility/rules/<uuid:uuid>/end/", rule_acts.RuleEnd.as_view(), name="responsibilityrule-end"),
    path(
        "responsibility/changes/<uuid:uuid>/",
        responsibility.ChangeDetail.as_view(),
        name="responsibilitychange-detail",
    ),
    path(
        "responsibility/changes/<uuid:uuid>/undo/",
        rule_acts.ChangeUndo.as_view(),
        name="responsibilitychange-undo",
    ),
    path("<uuid:uuid>/", views.FactoryDetail.as_view(), name="factory-detail"),
    path("<uuid:uuid>/history/", history_of(views.FactoryDetail), name="factory-history"),
    path("<uuid:uuid>/edit/", views.FactoryEdit.as_view(), name="factory-edit"),
    path("<uuid:uuid>/history/<int:line>/put-back/", views.FactoryPutBack.as_view(), name="factory-putback"),
    path(
        "<uuid:uuid>/states/<int:line>/put-back/", views.StatePutBack.as_view(), name="factorystate-putback"
    ),
    path("<uuid:uuid>/contacts/", contacts.ContactList.as_view(), name="factorycontact-list"),
    path("<uuid:uuid>/contacts/add/", contacts.ContactAdd.as_view(), name="factorycontact-add"),
    path("contacts/<uuid:uuid>/", contacts.ContactEdit.as_view(), name="factorycontact-edit"),
]
