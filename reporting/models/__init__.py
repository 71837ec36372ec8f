"""The figures' spine: forms, obligations, submissions, packages, figures, editions."""

from reporting.models.figures import CompileRun, Edition, EditionFile, Fact, Figure
from reporting.models.forms import Form, FormVersion, Product, ProductUnit
from reporting.models.obligations import Obligation, ObligedFactory
from reporting.models.packages import OfficePackage, PackageEntry
from reporting.models.submissions import Submission, SubmissionLine

__all__ = [
    "CompileRun",
    "Edition",
    "EditionFile",
    "Fact",
    "Figure",
    "Form",
    "FormVersion",
    "Obligation",
    "ObligedFactory",
    "OfficePackage",
    "PackageEntry",
    "Product",
    "ProductUnit",
    "Submission",
    "SubmissionLine",
]
