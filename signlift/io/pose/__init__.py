""".pose files, the format of the pose-format library."""
