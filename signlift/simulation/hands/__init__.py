"""Hands: their dimensions, joints, shapes, transfer to other hands, and detectors' errors."""
