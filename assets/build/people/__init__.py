"""People differ: the body carried onto the people whose bones the shape model knows."""
