"""Pages of the kernel: my work, health, jobs, files, and the pages that say why not."""

from portal.views import account, facts
from portal.views.drafts import DraftDelete, DraftDetail, DraftList, draft_restore
from portal.views.files import file_download
from portal.views.help import HelpList, HelpPage
from portal.views.jobs import JobDetail, JobList, job_retry
from portal.views.problems import bad_request, csrf_failure, forbidden, not_found, server_error, too_many
from portal.views.saved_views import ViewAdd, ViewDelete, ViewEdit, view_replace
from portal.views.search import SearchScreen
from portal.views.session import continue_form, session
from portal.views.work import account_help, healthz, home, set_language

__all__ = [
    "DraftDelete",
    "DraftDetail",
    "DraftList",
    "HelpList",
    "HelpPage",
    "JobDetail",
    "JobList",
    "SearchScreen",
    "ViewAdd",
    "ViewDelete",
    "ViewEdit",
    "account",
    "account_help",
    "bad_request",
    "continue_form",
    "csrf_failure",
    "draft_restore",
    "facts",
    "file_download",
    "forbidden",
    "healthz",
    "home",
    "job_retry",
    "not_found",
    "server_error",
    "session",
    "set_language",
    "too_many",
    "view_replace",
]
