"""How far predicted depth is from the truth: the measures, and a report of them over a corpus."""

from signlift.evaluation.measures import Measures
from signlift.evaluation.metrics import (
    THRESHOLDS,
    depth_errors,
    mean_depth_error,
    mean_depth_error_per_keypoint,
    mpjpe,
    mpjve,
    mse,
    pck_depth,
    point_errors,
    procrustes_aligned_mpjpe,
    root_aligned_errors,
    root_aligned_mpjpe,
    velocity_errors,
)
from signlift.evaluation.procrustes import procrustes_align
from signlift.evaluation.report import Mean, Report

__all__ = [
    "THRESHOLDS",
    "Mean",
    "Measures",
    "Report",
    "depth_errors",
    "mean_depth_error",
    "mean_depth_error_per_keypoint",
    "mpjpe",
    "mpjve",
    "mse",
    "pck_depth",
    "point_errors",
    "procrustes_align",
    "procrustes_aligned_mpjpe",
    "root_aligned_errors",
    "root_aligned_mpjpe",
    "velocity_errors",
]
