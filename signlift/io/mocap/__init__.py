"""Motion capture: BVH, joint arrays and the Panoptic Studio."""
