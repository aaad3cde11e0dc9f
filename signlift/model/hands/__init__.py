"""The network of hands: depth of the fingers relative to the wrist."""
