"""Writing what people can do and how they learn it."""
