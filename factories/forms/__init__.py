"""Forms of the registry and of its rules of responsibility."""

from factories.forms.factory import FactoryForm, label
from factories.forms.responsibility import ChangeForm, EndForm, ReassignForm, RuleForm

__all__ = [
    "ChangeForm",
    "EndForm",
    "FactoryForm",
    "ReassignForm",
    "RuleForm",
    "label",
]
