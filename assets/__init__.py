"""What the program shows, and the package that makes it."""
