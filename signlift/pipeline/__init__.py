"""From input files to output files."""
