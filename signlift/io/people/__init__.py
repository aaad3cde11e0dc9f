"""One person of several, followed from frame to frame."""
