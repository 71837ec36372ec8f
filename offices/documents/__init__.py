"""Registers, gap-free numbers, documents and their public check: the one home of all of them.

A case asks ``services.issue`` at the moment of signing; in its transaction the number, the frozen
content, the paper and the token come into being together, or none of them does. What else later needs
a number of an office (letters, certificates, packs) declares a kind (``kinds``) and a template, and
has no numbering of its own.
"""
