"""Drawings of skeletons, of learning curves and of errors; none needs a display."""

from signlift.visualization.animation_file import write_clip
from signlift.visualization.error_bars import plot_errors_by_keypoint
from signlift.visualization.learning_curves import plot_losses
from signlift.visualization.plot import plot_3D_skeleton
from signlift.visualization.view_projection import VIEWS

__all__ = ["VIEWS", "plot_3D_skeleton", "plot_errors_by_keypoint", "plot_losses", "write_clip"]
