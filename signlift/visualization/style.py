"""Colours, sizes and the figure without a display that all drawings share."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from signlift.core.skeleton import Bone, Skeleton, side
from signlift.errors import InputError, problem
from signlift.utils.atomic import atomic_path

#: The person's left, right and middle: told apart with any colour vision, and in grey print.
SIDE_COLOURS = {"left": "#0072B2", "right": "#E1690E", "middle": "#3A4350"}

INK = "#222832"
MUTED = "#7B8492"
GRID = "#E3E7EC"
PANEL = "#F7F8FA"
PAPER = "#FFFFFF"
SHADOW = "#D9DEE6"
FLAT = "#B4BDC9"
ZERO = "#C3CBD5"

#: What a single picture can be written as.
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".pdf", ".svg", ".eps")

#: Dots per inch of a single picture.
IMAGE_DPI = 200


def bone_side(bone: Bone) -> str:
    """'left', 'right' or 'middle': the side of the bone's outer end.

    A bone that runs from one side to the other (hip to hip) lies in the middle.
    """
    parent, child = side(bone[0]), side(bone[1])
    return "middle" if {parent, child} == {"left", "right"} else child


_FINE = tuple(
    "Eye EyeInner EyeOuter Ear Pupil Mouth Head Toe Heel FootIndex Pinky Index Thumb".split()
)


def keypoint_weight(name: str) -> float:
    """How heavily a keypoint and the bone to it are drawn: 1, less on the face, feet and fingers.

    The fine parts have many short bones, which would run into one blot.
    """
    if name[-1].isdigit() or name.endswith("HandRoot"):
        return 0.42
    return 0.66 if name.endswith(_FINE) else 1.0


def drawn_keypoints(skeleton: Skeleton) -> tuple[int, ...]:
    """The numbers of the keypoints that stand in a chain; no other is drawn."""
    names = {name for chain in skeleton.chains for name in chain}
    return tuple(number for number, name in enumerate(skeleton.keypoints) if name in names)


def lacks_neck(skeleton: Skeleton) -> bool:
    """Whether a neck line has to stand in for the skeleton's own bone from Neck to Nose.

    So it is where there is no Neck, but both shoulders and a Nose.
    """
    return skeleton.find("Neck") is None and skeleton.has("Neck") and skeleton.has("Nose")


def new_figure(width: float, height: float, dpi: float) -> Figure:
    """An empty white figure of `width` by `height` inches that needs no display."""
    figure = Figure(figsize=(width, height), dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def quiet_axes(axes: Axes) -> None:
    """Leave of a chart's frame only what helps to read it."""
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8, length=0)
    axes.set_axisbelow(True)


def write_note(axes: Axes, text: str) -> None:
    """Say in the middle of an empty chart why it is empty; it loses its grid and ticks across."""
    axes.grid(False)
    axes.set_xticks([])
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED, fontsize=9
    )


def save_figure(figure: Figure, path: str | PathLike[str]) -> Path:
    """Write a figure, whole or not at all, in the format of the suffix.

    Raises
    ------
    InputError
        The suffix is not one of `IMAGE_SUFFIXES`.
    """
    path = Path(path)
    check_suffix(path, IMAGE_SUFFIXES)
    with atomic_path(path) as temporary:
        figure.canvas.print_figure(
            temporary, dpi=figure.dpi, facecolor=PAPER, format=path.suffix[1:].lower()
        )
    return path


def check_suffix(path: Path, suffixes: tuple[str, ...]) -> str:
    """The suffix in small letters.

    Raises
    ------
    InputError
        It is not one of `suffixes`.
    """
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise InputError(
            problem(
                str(path),
                expected=f"a name that ends in one of {' '.join(suffixes)}",
                found=repr(path.suffix) if suffix else "no suffix",
            )
        )
    return suffix
