"""How accurate signlift is beside its peers: `python -m benchmarks.accuracy DATA`."""
