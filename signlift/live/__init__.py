"""Live lifting: a session for frames as they come, its messages, its sources and its sinks."""
