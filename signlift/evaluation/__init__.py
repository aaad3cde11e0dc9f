"""Measures of the error of predicted depth, and their report over many recordings."""

from signlift.evaluation.keypoint_groups import KEYPOINT_GROUPS
from signlift.evaluation.measures import Measures
from signlift.evaluation.metrics.depth_metrics import (
    DEFAULT_THRESHOLDS,
    coverage,
    depth_errors,
    mean_depth_error,
    mean_depth_error_per_keypoint,
    mse,
    neck_relative_depth_errors,
    pck_depth,
)
from signlift.evaluation.metrics.point_metrics import (
    mpjpe,
    mpjve,
    point_errors,
    procrustes_aligned_mpjpe,
    root_aligned_errors,
    root_aligned_mpjpe,
    velocity_errors,
)
from signlift.evaluation.metrics.procrustes import procrustes_align
from signlift.evaluation.report import Report
from signlift.evaluation.report_values import Mean

__all__ = [
    "DEFAULT_THRESHOLDS",
    "KEYPOINT_GROUPS",
    "Mean",
    "Measures",
    "Report",
    "coverage",
    "depth_errors",
    "mean_depth_error",
    "mean_depth_error_per_keypoint",
    "mpjpe",
    "mpjve",
    "mse",
    "neck_relative_depth_errors",
    "pck_depth",
    "point_errors",
    "procrustes_align",
    "procrustes_aligned_mpjpe",
    "root_aligned_errors",
    "root_aligned_mpjpe",
    "velocity_errors",
]
