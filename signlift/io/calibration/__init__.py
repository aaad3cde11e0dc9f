"""Calibrations of real cameras: Panoptic Studio, Qualisys, Anipose and Pose2Sim."""
