"""Films: which frames are shown and for how long, and their files."""
