"""Sheets of reporting: a month of a form (``month``) and the list of obliged factories (``obliged``)."""
