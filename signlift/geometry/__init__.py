"""Rotations, cameras, triangulation and inverse kinematics; no files and no models."""
