"""Tracking of people from frame to frame, and the choice of one."""
