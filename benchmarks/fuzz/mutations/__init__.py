"""Mutations of bytes, text, JSON, arrays, archives and directories."""
