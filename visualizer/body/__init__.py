"""Where is everything in a posture? From `Posture` to `Snapshot`."""
