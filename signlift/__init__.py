"""signlift: depth for the 2D keypoints of people who sign."""

__version__ = "0.1.0"
