"""What is not in the base install, and the extra that brings it."""

from __future__ import annotations

EXTRA_OF = {
    **dict.fromkeys(
        ("torch", "lightning_fabric", "safetensors", "tensorboard", "filelock", "onnx"), "train"
    ),
    "pyarrow": "tables",
    **dict.fromkeys(("av", "mediapipe"), "video"),
}


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """The line that says what to install; None where no extra brings it."""
    needed = (error.name or "").partition(".")[0]
    if needed not in EXTRA_OF:
        return None
    install = f"pip install signlift[{EXTRA_OF[needed]}]"
    return f"expected {needed} to be installed, found none: {install}"
