"""NumPy arrays: .npy and .npz files."""
