"""Before signing in: using a one-time code, and waiting until somebody has said who one is."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from offices.accounts import invitations, proposals
from offices.accounts.forms import AcceptForm
from offices.models import SignInProposal
from portal.access import public
from portal.accounts_oidc import provider_name
from portal.problems import Invalid
from portal.screens import Screen
from portal.views import too_many
from portal.words import word


def _too_often(request: HttpRequest) -> bool:
    return not ratelimit.consume(
        request, app="portal", action="invitation", config=settings.INVITATION_RATE_LIMITS
    )


@method_decorator(sensitive_post_parameters("code", "password", "again"), name="dispatch")
class InvitationAccept(Screen):
    """The code in, a password of one's own, and on to the sign-in."""

    policy = public
    title = _("ใช้รหัสครั้งเดียว")
    template_name = "offices/invitation_accept.html"

    @cached_property
    def form(self) -> AcceptForm:
        return AcceptForm(self.request.POST if self.request.method == "POST" else None)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(200)

    def post(self, request: HttpRequest) -> HttpResponse:
        if _too_often(request):
            return too_many(request)
        if self.form.is_valid():
            data = self.form.cleaned_data
            try:
                invitations.accept(code=data["code"], password=data["password"], today=self.actor.as_of)
            except Invalid as problem:
                for name, sentences in problem.fields.items():
                    for sentence in sentences:
                        self.form.add_error(name, sentence)
            else:
                messages.success(request, gettext("ตั้งรหัสผ่านแล้ว ลงชื่อเข้าใช้ได้"))
                return redirect("account_login")
        return self._shown(422)

    def _shown(self, status: int) -> HttpResponse:
        response = self.render(status=status, form=self.form)
        response["Cache-Control"] = "no-store"
        return response


class ProposalWaiting(Screen):
    """Where somebody stands whom a provider sent and who has no account here: nowhere yet, and why."""

    policy = public
    title = _("รอยืนยันตัวบุคคล")
    template_name = "offices/signinproposal_waiting.html"

    @cached_property
    def row(self) -> SignInProposal | None:
        """The proposal of this browser's own visitor, whichever is his latest."""
        known = SignInProposal.objects.filter(uuid=self.request.session.get(proposals.WAITS)).first()
        if known is None:
            return None
        same = SignInProposal.objects.filter(provider=known.provider, subject=known.subject)
        return same.order_by("-id").first()

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.row is None:
            return redirect("account_login")
        response = self.render()
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask again after a refusal."""
        if self.row is None:
            return redirect("account_login")
        if _too_often(request):
            return too_many(request)
        proposals.ask_again(self.row)
        messages.success(request, gettext("ส่งคำขออีกครั้งแล้ว"))
        return redirect("join:signinproposal-waiting")

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        return super().context(
            row=row,
            state=word("sign_in", row.state) if row else None,
            provider=provider_name(row.provider) if row else "",
            **extra,
        )
