"""Pages of the assistant officer scheme."""
