"""Pictures and files that leave the program."""
