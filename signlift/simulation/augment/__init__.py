"""Augmentation of motions: other body lengths, mirror images, other frame rates."""
