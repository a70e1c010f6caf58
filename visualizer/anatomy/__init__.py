"""What the program knows of the body: values, their files, and the loader that verifies them."""
