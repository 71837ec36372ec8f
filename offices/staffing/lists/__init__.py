"""Lists that bring people, posts and orders in, through the house's intake."""
