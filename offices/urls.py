"""Addresses of the app."""

from django.urls import path

from offices import views

app_name = "offices"
urlpatterns = [
    path("", views.OfficeList.as_view(), name="office-list"),
    path("<uuid:uuid>/", views.OfficeDetail.as_view(), name="office-detail"),
    path("people/", views.PersonList.as_view(), name="person-list"),
    path("people/add/", views.PersonAdd.as_view(), name="person-add"),
    path("people/<uuid:uuid>/", views.PersonDetail.as_view(), name="person-detail"),
    path("people/<uuid:uuid>/account/", views.PersonAccount.as_view(), name="person-account"),
    path("orders/", views.OrderList.as_view(), name="order-list"),
    path("orders/add/", views.OrderAdd.as_view(), name="order-add"),
    path("orders/<uuid:uuid>/", views.OrderDetail.as_view(), name="order-detail"),
    path("orders/<uuid:uuid>/assign/", views.AssignmentAdd.as_view(), name="assignment-add"),
    path("assignments/", views.AssignmentList.as_view(), name="assignment-list"),
    path("assignments/<uuid:uuid>/end/", views.AssignmentEnd.as_view(), name="assignment-end"),
]
