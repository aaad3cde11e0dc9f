"""Tables and marker files: CSV, Parquet, TRC and JSON of OpenPose."""
