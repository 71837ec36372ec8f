"""The figures' spine: forms, obligations, submissions, packages, figures, editions."""

from reporting.models.figures import Cell, CompileRun, Edition, EditionFile, Fact, FactRow, Figure
from reporting.models.followups import CallClaim, FollowUp, FollowUpAbout
from reporting.models.forms import Form, FormVersion, Measure, Product, ProductUnit
from reporting.models.obligations import Obligation, ObligedFactory
from reporting.models.packages import OfficePackage, PackageEntry
from reporting.models.submissions import Submission, SubmissionLine

__all__ = [
    "CallClaim",
    "Cell",
    "CompileRun",
    "Edition",
    "EditionFile",
    "Fact",
    "FactRow",
    "Figure",
    "FollowUp",
    "FollowUpAbout",
    "Form",
    "FormVersion",
    "Measure",
    "Obligation",
    "ObligedFactory",
    "OfficePackage",
    "PackageEntry",
    "Product",
    "ProductUnit",
    "Submission",
    "SubmissionLine",
]
