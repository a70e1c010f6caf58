"""What the program says: words in each language. No Qt."""
