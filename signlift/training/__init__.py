"""Training of DepthLSTM and LiftingNet: one trainer for both."""
