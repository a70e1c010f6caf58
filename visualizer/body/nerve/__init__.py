"""The sciatic nerve in a posture: its way, its surface, its stretch."""
