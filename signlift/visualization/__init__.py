"""Drawings of skeletons, learning curves and errors, which need no display."""

from signlift.visualization.error_bars import plot_errors_by_keypoint
from signlift.visualization.films.film import write_animation
from signlift.visualization.learning_curves import plot_losses
from signlift.visualization.plot_skeleton import plot_3D_skeleton
from signlift.visualization.scene.view_projection import VIEWS

__all__ = ["VIEWS", "plot_3D_skeleton", "plot_errors_by_keypoint", "plot_losses", "write_animation"]
