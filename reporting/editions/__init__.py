"""What an edition is made of (rows) and the papers drawn from it (xlsx, pdf)."""
