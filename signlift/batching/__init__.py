"""From recordings of any lengths to batches whose state can be carried on."""
