"""What is written over the picture: markers, tilt, legend, names. Described, laid out, painted."""
