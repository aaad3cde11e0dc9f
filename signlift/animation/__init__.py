"""Skeletons that move: joints with rotations, for avatars and animation programs.

Animation frame: centimetres, x to the person's left, y up, z to where they face when they face
the camera.
"""
