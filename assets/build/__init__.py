"""Makes what the program shows from the pinned source packages: `python -m assets.build`."""
