"""Real cameras whose lens and place are known: what they see, and where it is that they look."""
