"""Who pulls how hard? From lengths and tones to forces, levers and the resting tilt."""
