"""Depth of the face: a canonical face, placed by the 2D landmarks and by the lifted head."""
