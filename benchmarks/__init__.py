"""What is measured, against what, each with one command."""
