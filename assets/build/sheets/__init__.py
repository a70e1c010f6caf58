"""Contact sheets: every structure from six sides, the left side in many postures, and level cuts."""
