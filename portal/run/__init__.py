"""Everything that starts the portal on one machine: set-up, embedded servers, supervisor, demonstration."""
