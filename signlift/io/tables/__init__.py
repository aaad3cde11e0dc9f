"""Keypoints in tables: CSV and Parquet, in long and in wide form."""
