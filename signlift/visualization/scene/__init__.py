"""Content of a figure: the views of bodies, projected, with the size of the person."""
