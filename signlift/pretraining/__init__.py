"""Pretraining of the shipped weights on simulated and captured motion.

Run it with `python -m signlift.pretraining`.
"""
