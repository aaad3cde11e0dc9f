"""A procedural signer: random bodies, signing styles and motions."""
