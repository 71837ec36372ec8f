from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId


class SavedView(PublicId):
    """Filter, search, order and columns of a list under a name of its owner's.

    It says how a list is looked at and never whose rows: opened by a colleague it shows what lies in
    his scope.
    """

    owner = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=100)  # the list's address name: "factories:factory-list"
    name = models.CharField(_("ชื่อมุมมอง"), max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    # whose colleagues may open it; null: nobody but the owner (the foreign key is offices' to add)
    office_id = models.BigIntegerField(null=True)
    is_default = models.BooleanField(_("เปิดมุมมองนี้ก่อนเสมอ"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_name", "name"], name="savedview_name_once"),
            models.UniqueConstraint(
                fields=["owner", "list_name"], condition=Q(is_default=True), name="savedview_one_default"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="savedview_has_name"),
        ]
        indexes = [models.Index(fields=["office_id", "list_name"], name="savedview_of_office")]

    def __str__(self) -> str:
        return self.name
