"""The kernel. Importing it costs nothing: the process that reads uploads starts afresh each time."""
