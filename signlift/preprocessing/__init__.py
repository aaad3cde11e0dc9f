"""What is done to keypoints before and after a model sees them."""
