"""Files for other programs: CSV and Parquet tables, TRC markers and OpenPose's JSON."""
