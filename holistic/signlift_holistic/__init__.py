"""MediaPipe Holistic for the browser: the files of the npm package, for signlift's live page."""

from pathlib import Path

#: The directory with the files.
DIRECTORY = Path(__file__).parent / "files"

#: The names of the files: the program, its graph, its models, and the two models of the body.
FILES = (
    "holistic.js",
    "holistic.binarypb",
    "holistic_solution_packed_assets.data",
    "holistic_solution_packed_assets_loader.js",
    "holistic_solution_simd_wasm_bin.js",
    "holistic_solution_simd_wasm_bin.wasm",
    "pose_landmark_full.tflite",
    "pose_landmark_lite.tflite",
)
