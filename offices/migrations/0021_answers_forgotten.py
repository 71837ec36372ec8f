"""Of a confirmed first sign-in nothing of the answer stays: the card goes to the person's own sealed fields."""

import json

import pgtrigger
from django.db import migrations, models

from offices.private import boxes
from portal import secretbox


def move_cards(apps, schema_editor):
    """Empty every confirmed proposal; keep its card with the person where nothing speaks against it.

    It is not kept where the answer cannot be opened here, the person's data were erased, he has a number
    already, or another person has this one.
    """
    proposals = apps.get_model("offices", "SignInProposal").objects
    private = apps.get_model("offices", "PersonPrivate")
    left = proposals.filter(state="confirmed").exclude(card_hash="", answer=b"")
    for row in left.order_by("decided_at", "id"):
        digits = _card(row)
        known = private.objects.filter(person_id=row.person_id)
        if (
            digits
            and not known.filter(models.Q(erased_at__isnull=False) | models.Q(card_hash__isnull=False)).exists()
            and not private.objects.filter(card_hash=boxes.card_hash(digits)).exists()
        ):
            kept = known.first()
            if kept is None:
                kept = private(person_id=row.person_id, changed_at=row.decided_at)
                boxes.give_key(kept)
            try:
                boxes.seal_field(kept, "national_id", digits)
            except secretbox.Unreadable:
                pass  # the person's key is sealed by a key of the house that is not here
            else:
                kept.card_hash = boxes.card_hash(digits)
                kept.save()
        with pgtrigger.ignore("offices.SignInProposal:signinproposal_decided_once"):
            proposals.filter(pk=row.pk).update(card_hash="", answer=b"")


def _card(row):
    """The card number under the seal of an answer, or ''."""
    try:
        box = secretbox.unseal(row.answer, context=f"offices.signinproposal:{row.uuid}:answer")
    except secretbox.Unreadable:
        return ""
    return json.loads(box).get("card", "")


class Migration(migrations.Migration):
    dependencies = [("offices", "0020_absence_halves")]

    operations = [
        migrations.RunPython(move_cards, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(model_name="signinproposal", name="signinproposal_forgets_answer"),
        migrations.AddConstraint(
            model_name="signinproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(answer=b"", card_hash=""),
                name="signinproposal_forgets_answer",
            ),
        ),
    ]
