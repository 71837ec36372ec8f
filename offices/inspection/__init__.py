"""Inspection groups, their zones and the zones' provinces: who inspects which offices, changed by two."""
