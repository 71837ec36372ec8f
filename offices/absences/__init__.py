"""Absences and what they mean for authority: who acts meanwhile, what ends soon, what would lose its owner.

Nothing runs on the day: who acts is worked out from dates whenever it is asked.
"""
