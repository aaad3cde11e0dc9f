"""Forms of the people in a frame, as detectors write them to JSON."""
