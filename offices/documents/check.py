"""The public check: whoever holds a paper learns whether it is genuine and still stands, and no more.

It shows what stands in the paper's head, the signer's position and the hash of the PDF, never a name.
A PDF can be compared: its bytes are hashed as they come, and none of them is kept.
"""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from offices.documents import selectors
from portal import kept
from portal.access import public
from portal.screens import Screen
from portal.views import too_many
from portal.words import StateWord, word

LARGEST = 20 * 2**20  # bytes of an upload
A_MINUTE = 60
LOOKS, COMPARISONS = 60, 10  # a minute, from one address


class Digest(FileUploadHandler):
    """Hashes the first file of a form as it comes, and keeps none of it."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.sha256 = ""
        self._hash: Any = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._hash = None if self.sha256 else hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._hash is not None:
            self._hash.update(raw_data)

    def file_complete(self, file_size: int) -> None:
        if self._hash is not None and file_size:
            self.sha256 = self._hash.hexdigest()


# A form of another site may be sent here too: it changes nothing and is told what anybody is told.
@method_decorator(csrf_exempt, name="dispatch")
class DocumentCheck(Screen):
    """The check of the paper whose token stands in the address."""

    policy = public
    title = _("ตรวจสอบเอกสาร")
    lead = _("เอกสารที่ออกจากระบบงานสำนักงานอุตสาหกรรมจังหวัด")
    help_words = ("document",)
    template_name = "offices/document_check.html"

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._too_often("look", LOOKS) or (
            request.method == "POST" and self._too_often("file", COMPARISONS)
        ):
            return too_many(request)
        answer: HttpResponse = super().admitted(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex"
        return answer

    def _too_often(self, what: str, limit: int) -> bool:
        address = get_adapter().get_client_ip(self.request)
        return kept.count(f"check:{what}:{address}", A_MINUTE) > limit

    @cached_property
    def document(self) -> Any:
        return selectors.by_token(self.kwargs["token"], self.actor.as_of)

    @property
    def state(self) -> StateWord | None:
        return word("document", self.document.state) if self.document is not None else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(status=200 if self.document is not None else 404)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Compare a file with the paper; nothing of it is stored, not even for a moment."""
        if self.document is None:
            return self.render(status=404)
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return self.render(status=413, too_large=True)
        digest = Digest(request)
        request.upload_handlers = [digest]
        _read = request.FILES  # this is when the bytes come in
        if not digest.sha256:
            return self.render(status=422, no_file=True)
        return self.render(
            compared=digest.sha256, same=constant_time_compare(digest.sha256, self.document.file_sha256)
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(
            document=self.document,
            state=self.state,
            end=getattr(self.document, "end", None),
            megabytes=LARGEST // 2**20,
            **extra,
        )
