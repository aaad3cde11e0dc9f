"""From 2D keypoints in several views to points of the world, and to the seed's two arrays."""

from signlift.triangulation.triangulate import Triangulation, TriangulationSettings, triangulate
from signlift.triangulation.views import View, read_views

__all__ = ["Triangulation", "TriangulationSettings", "View", "read_views", "triangulate"]
