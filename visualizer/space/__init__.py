"""How much room has the nerve, and what took it? From a `Snapshot` to `Findings`."""
