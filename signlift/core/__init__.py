"""Types that all packages share: recordings, skeletons, body proportions."""
