"""Sources of live frames: lines of JSON, recordings and videos."""
