"""Packages that the base install lacks, and the extras that install them."""

from __future__ import annotations

#: Names of packages by module, for each extra.
_EXTRAS = {
    "train": {
        "torch": "PyTorch",
        "lightning_fabric": "Lightning Fabric",
        "safetensors": "safetensors",
        "tensorboard": "TensorBoard",
        "filelock": "filelock",
        "onnx": "onnx",
    },
    "scale": {"ray": "Ray", "fsspec": "fsspec"},
    "tables": {"pyarrow": "PyArrow"},
    "live": {
        "aiohttp": "aiohttp",
        "pythonosc": "python-osc",
        "signlift_holistic": "signlift-holistic",
    },
    "video": {"av": "PyAV", "mediapipe": "MediaPipe", "imageio_ffmpeg": "imageio-ffmpeg"},
}


def describe_missing_package(error: ModuleNotFoundError) -> str | None:
    """Describe how to install a missing package; None if no extra installs it.

    Examples
    --------
    >>> describe_missing_package(ModuleNotFoundError(name="torch.nn"))
    "PyTorch is not installed; run pip install 'signlift[train]'"
    """
    module = (error.name or "").partition(".")[0]
    for extra, packages in _EXTRAS.items():
        if module in packages:
            line = f"{packages[module]} is not installed; run pip install 'signlift[{extra}]'"
            return f"{line}, or in a clone: make live" if extra == "live" else line
    return None
