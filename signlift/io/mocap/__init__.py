"""Motion capture: BVH, arrays of joints, and 3D keypoints of the Panoptic Studio."""
