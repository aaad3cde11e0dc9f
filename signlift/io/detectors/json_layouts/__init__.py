"""Layouts of JSON files: how they hold the frames of one recording or of several."""
