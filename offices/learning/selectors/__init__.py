"""Reading what people can do and how they learn it; readiness of offices."""
