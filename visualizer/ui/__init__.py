"""The window: one file for each panel. Widgets set fields of the session and replay what it says."""
