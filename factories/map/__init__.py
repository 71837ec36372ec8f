"""The map of factories: shapes of provinces, where they lie on earth, who stands where, and the drawing."""
