"""Speed of batches and of streams, as ratios that are measured side by side in one run."""
