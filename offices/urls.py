"""Addresses of the app."""

from django.urls import include, path

from offices import views
from offices.access import support_views as lent
from offices.access import views as access
from offices.accounts import views as accounts
from offices.documents import views as documents
from offices.orders import views as orders
from offices.private import keeping
from offices.private import reading_views as readings
from offices.private import views as private
from portal.screens import history_of

app_name = "offices"
urlpatterns = [
    path("", views.OfficeList.as_view(), name="office-list"),
    path("<uuid:uuid>/", views.OfficeDetail.as_view(), name="office-detail"),
    path("<uuid:uuid>/history/", history_of(views.OfficeDetail), name="office-history"),
    path("people/", views.PersonList.as_view(), name="person-list"),
    path("people/add/", views.PersonAdd.as_view(), name="person-add"),
    path("people/<uuid:uuid>/", views.PersonDetail.as_view(), name="person-detail"),
    path("people/<uuid:uuid>/history/", history_of(views.PersonDetail), name="person-history"),
    path("people/<uuid:uuid>/edit/", views.PersonEdit.as_view(), name="person-edit"),
    path("orders/", views.OrderList.as_view(), name="order-list"),
    path("orders/<uuid:uuid>/", views.OrderDetail.as_view(), name="order-detail"),
    path("orders/<uuid:uuid>/history/", history_of(views.OrderDetail), name="order-history"),
    path("proposals/", orders.ProposalList.as_view(), name="orderproposal-list"),
    path("proposals/add/", orders.ProposalAdd.as_view(), name="orderproposal-add"),
    path("proposals/outside/add/", orders.OutsideAdd.as_view(), name="orderproposal-outside"),
    path("proposals/<uuid:uuid>/", orders.ProposalDetail.as_view(), name="orderproposal-detail"),
    path("proposals/<uuid:uuid>/edit/", orders.ProposalEdit.as_view(), name="orderproposal-edit"),
    path("proposals/<uuid:uuid>/<slug:act>/", orders.ProposalAct.as_view(), name="orderproposal-act"),
    path("proposals/<uuid:uuid>/lines/add/<slug:kind>/", orders.LineAdd.as_view(), name="orderline-add"),
    path("proposals/<uuid:uuid>/lines/<int:nth>/edit/", orders.LineEdit.as_view(), name="orderline-edit"),
    path(
        "proposals/<uuid:uuid>/lines/<int:nth>/remove/", orders.LineRemove.as_view(), name="orderline-remove"
    ),
    path("assignments/", views.AssignmentList.as_view(), name="assignment-list"),
    path("documents/", documents.DocumentList.as_view(), name="document-list"),
    path("documents/<uuid:uuid>/", documents.DocumentDetail.as_view(), name="document-detail"),
    path("registers/", documents.RegisterList.as_view(), name="register-list"),
    path("registers/add/", documents.RegisterAdd.as_view(), name="register-add"),
    path("registers/<uuid:uuid>/edit/", documents.RegisterEdit.as_view(), name="register-edit"),
    path("registers/letterhead/add/", documents.LetterheadAdd.as_view(), name="letterhead-add"),
    path("audit/", views.AuditSearch.as_view(), name="auditevent-list"),
    path("audit/personal/", views.ReadingList.as_view(), name="reading-list"),
    path("audit/personal/mine/", readings.MyReadings.as_view(), name="reading-mine"),
    path("audit/seals/", views.SealList.as_view(), name="seal-list"),
    path("audit/seals/latest/pdf/", views.SealPrint.as_view(), {"seq": "latest"}, name="seal-latest"),
    path("audit/seals/<int:seq>/pdf/", views.SealPrint.as_view(), name="seal-print"),
    path("sign-ins/", accounts.ProposalList.as_view(), name="signinproposal-list"),
    path("sign-ins/clear/", accounts.ProposalClear.as_view(), name="signinproposal-clear"),
    path("sign-ins/<uuid:uuid>/", accounts.ProposalDetail.as_view(), name="signinproposal-detail"),
    path("sign-ins/<uuid:uuid>/confirm/", accounts.ProposalConfirm.as_view(), name="signinproposal-confirm"),
    path("sign-ins/<uuid:uuid>/refuse/", accounts.ProposalRefuse.as_view(), name="signinproposal-refuse"),
    path("second-factors/", accounts.ResetList.as_view(), name="secondfactorreset-list"),
    path("second-factors/<uuid:uuid>/", accounts.ResetDetail.as_view(), name="secondfactorreset-detail"),
    path(
        "second-factors/<uuid:uuid>/confirm/",
        accounts.ResetConfirm.as_view(),
        name="secondfactorreset-confirm",
    ),
    path(
        "second-factors/<uuid:uuid>/refuse/", accounts.ResetRefuse.as_view(), name="secondfactorreset-refuse"
    ),
    path(
        "second-factors/<uuid:uuid>/withdraw/",
        accounts.ResetWithdraw.as_view(),
        name="secondfactorreset-withdraw",
    ),
    path("people/<uuid:uuid>/second-factor/", accounts.ResetAdd.as_view(), name="secondfactorreset-add"),
    path("people/<uuid:uuid>/invite/", accounts.PersonInvite.as_view(), name="person-invite"),
    path("invitations/", accounts.InvitationList.as_view(), name="invitation-list"),
    path("invitations/add/", accounts.InvitationAdd.as_view(), name="invitation-add"),
    path("invitations/print/", accounts.InvitationPrint.as_view(), name="invitation-print"),
    path(
        "invitations/<uuid:uuid>/print/", accounts.InvitationPrintOne.as_view(), name="invitation-print-one"
    ),
    path(
        "invitations/<uuid:uuid>/withdraw/", accounts.InvitationWithdraw.as_view(), name="invitation-withdraw"
    ),
    path("learning/", include("offices.learning.urls")),
    # personal data
    path("people/<uuid:uuid>/private/", private.PrivateDetail.as_view(), name="private-detail"),
    path("people/<uuid:uuid>/private/edit/", private.PrivateEdit.as_view(), name="private-edit"),
    path("people/<uuid:uuid>/private/erase/", keeping.ErasureAdd.as_view(), name="erasure-add"),
    path("people/<uuid:uuid>/private/<slug:field>/", private.PrivateReveal.as_view(), name="private-reveal"),
    path("me/", private.MyData.as_view(), name="private-mine"),
    path("me/activities/", keeping.ProcessingList.as_view(), name="processing-list"),
    path("me/edit/", private.MyEdit.as_view(), name="private-mine-edit"),
    path("me/copies/", readings.MyCopies.as_view(), name="owncopy-list"),
    path("me/copies/add/", readings.copy_add, name="owncopy-add"),
    path("me/copies/<uuid:uuid>/", readings.CopyDownload.as_view(), name="owncopy-download"),
    path("me/<slug:field>/", private.MyReveal.as_view(), name="private-mine-reveal"),
    path("private/", readings.ReadingsList.as_view(), name="privatereading-list"),
    path("private/find/", private.PrivateFind.as_view(), name="private-find"),
    path("private/erasures/", keeping.ErasureList.as_view(), name="erasure-list"),
    path("private/erasures/<uuid:uuid>/", keeping.ErasureDetail.as_view(), name="erasure-detail"),
    path("private/erasures/<uuid:uuid>/confirm/", keeping.ErasureConfirm.as_view(), name="erasure-confirm"),
    path("private/erasures/<uuid:uuid>/decline/", keeping.ErasureDecline.as_view(), name="erasure-decline"),
    path("private/retention/", keeping.RetentionList.as_view(), name="retention-list"),
    path("private/retention/copies/", keeping.copies_remove, name="owncopy-remove"),
    # access
    path("access/", access.EffectiveAccess.as_view(), name="access-detail"),
    path("access/matrix/", access.Matrix.as_view(), name="access-matrix"),
    path("access/matrix/pdf/", access.MatrixPrint.as_view(), name="access-matrix-print"),
    path("support/", lent.SupportList.as_view(), name="supportaccess-list"),
    path("support/add/", lent.SupportAdd.as_view(), name="supportaccess-add"),
    path("support/<uuid:uuid>/", lent.SupportDetail.as_view(), name="supportaccess-detail"),
    path("support/<uuid:uuid>/agree/", lent.SupportAgree.as_view(), name="supportaccess-agree"),
    path("support/<uuid:uuid>/see/", lent.support_see, name="supportaccess-see"),
    path("support/<uuid:uuid>/end/", lent.support_end, name="supportaccess-end"),
    path("assistants/", include("offices.assistants.urls")),
    path("staffing/", include("offices.staffing.urls")),
    path("absences/", include("offices.absences.urls")),
]
urlpatterns += [
    path("opening/", include("offices.opening.urls")),
    path("inspection/", include("offices.inspection.urls")),
]
