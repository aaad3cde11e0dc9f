"""Epochs of training and of testing, and what they carry on."""
