"""Simulation of 2D keypoint detectors, with their noise, gaps and mistakes."""
