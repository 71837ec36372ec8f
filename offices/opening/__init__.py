"""Opening an office: what must stand before it works here, each line red or green."""
