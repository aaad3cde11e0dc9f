"""Avatars: joint hierarchies with rotations, solved from keypoints with depth.

Animation frame: centimetres, x to the person's left, y up, z to the front of a person who faces
the camera.
"""
