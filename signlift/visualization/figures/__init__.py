"""Figures of skeletons: panels that change from frame to frame."""
