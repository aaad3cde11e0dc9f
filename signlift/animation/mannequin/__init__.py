"""A mannequin around the joints of an avatar, made by code."""
