"""Personnel nationwide: staffing by office, lists that bring people and posts, history, hand-over."""
