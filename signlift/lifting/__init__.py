"""2D in, depth out."""
