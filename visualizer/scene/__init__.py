"""The 3-D picture: cameras, materials, shaders and the view that draws a Snapshot of an Anatomy."""
