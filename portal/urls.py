"""Addresses of the house. Apps are named as strings only."""

from django.urls import include, path

from portal import accounts_oidc, views

kernel = [
    path("jobs/", views.JobList.as_view(), name="job-list"),
    path("jobs/<uuid:uuid>/", views.JobDetail.as_view(), name="job-detail"),
    path("jobs/<uuid:uuid>/retry/", views.job_retry, name="job-retry"),
    path("facts/", views.facts.FactList.as_view(), name="fact-list"),
    path(
        "facts/proposals/<uuid:uuid>/confirm/",
        views.facts.ProposalConfirm.as_view(),
        name="settingproposal-confirm",
    ),
    path(
        "facts/proposals/<uuid:uuid>/decline/",
        views.facts.ProposalDecline.as_view(),
        name="settingproposal-decline",
    ),
    path(
        "facts/proposals/<uuid:uuid>/document/",
        views.facts.ProposalDocument.as_view(),
        name="settingproposal-document",
    ),
    path("facts/<str:code>/", views.facts.FactDetail.as_view(), name="fact-detail"),
    path("facts/<str:code>/propose/", views.facts.FactAdd.as_view(), name="fact-add"),
    path("help/", views.HelpList.as_view(), name="help-list"),
    path("help/<str:view_name>/", views.HelpPage.as_view(), name="help"),
    path("search/", views.SearchScreen.as_view(), name="search"),
    path("views/add/", views.ViewAdd.as_view(), name="savedview-add"),
    path("views/<uuid:uuid>/edit/", views.ViewEdit.as_view(), name="savedview-edit"),
    path("views/<uuid:uuid>/replace/", views.view_replace, name="savedview-replace"),
    path("views/<uuid:uuid>/delete/", views.ViewDelete.as_view(), name="savedview-delete"),
    path("files/<uuid:uuid>/", views.file_download, name="storedfile-download"),
    path("drafts/", views.DraftList.as_view(), name="draft-list"),
    path("drafts/<uuid:uuid>/", views.DraftDetail.as_view(), name="draft-detail"),
    path("drafts/<uuid:uuid>/restore/", views.draft_restore, name="draft-restore"),
    path("drafts/<uuid:uuid>/delete/", views.DraftDelete.as_view(), name="draft-delete"),
    path("session/", views.session, name="session"),
    path("session/continue/", views.continue_form, name="continue"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", views.set_language, name="set_language"),
    path("accounts/email/", views.account_help, name="account_email"),
    path("accounts/password/reset/", views.account_help, name="account_reset_password"),
    path("accounts/sessions/", views.account.SessionList.as_view(), name="account_sessions"),
    path("accounts/notices/", views.account.NoticeList.as_view(), name="account_notices"),
    path("accounts/oidc/<slug:provider_id>/login/", accounts_oidc.login, name="openid_connect_login"),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/",
        accounts_oidc.callback,
        name="openid_connect_callback",
    ),
    path("accounts/", include("allauth.urls")),
    path("", include((kernel, "portal"))),
    path("intake/", include("portal.intake.urls")),
    path("offices/", include("offices.urls")),
    path("join/", include("offices.accounts.urls")),
    path("check/", include("offices.documents.urls")),
    path("factories/", include("factories.urls")),
    path("mining/", include("mining.urls")),
    path("promotion/", include("promotion.urls")),
    path("reports/", include("reporting.urls")),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler429 = "portal.views.too_many"  # asked for by allauth's rate limits
handler500 = "portal.views.server_error"
