"""Who may see and do what, in words: effective access, the printed matrix, and access lent for support."""
