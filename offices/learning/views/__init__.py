"""Pages of learning: the readiness board, people and their levels, plans, training, stints, work records."""
