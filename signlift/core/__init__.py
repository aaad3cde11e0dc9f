"""The types that everything shares: recordings, skeletons, body proportions."""
