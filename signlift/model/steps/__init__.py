"""One frame of a stream: the same networks as graphs of fixed shapes, for the least time."""
