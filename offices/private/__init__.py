"""Personal data of those who work here: sealed fields, their readers, erasure, a copy for oneself."""
