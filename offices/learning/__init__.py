"""Competency and cross-discipline learning: levels with their evidence, plans, training, stints, readiness.

What somebody can do is written down by his superior or by personnel, never by himself; what speaks for it
comes from real work through ``evidence``, to which later case types add their own. ``selectors.readiness``
asks whether each office is covered, and what would be after people moved.
"""
