"""Tasks: what each architecture is trained for, and the calibration of its uncertainty."""
