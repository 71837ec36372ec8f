"""Forms of the registry and of its rules of responsibility."""

from factories.forms.factory import LABELS, FactoryForm, label
from factories.forms.responsibility import ChangeForm, EndForm, ReassignForm, RuleForm

__all__ = [
    "LABELS",
    "ChangeForm",
    "EndForm",
    "FactoryForm",
    "ReassignForm",
    "RuleForm",
    "label",
]
