"""Colours, sizes and helpers that all drawings share."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from signlift.core.skeleton import Bone, side
from signlift.errors import InputError, problem
from signlift.utils.atomic import atomic_path

#: Colours of the person's left, right and middle. They differ for readers with any colour vision,
#: and in grey print.
SIDE_COLOURS = {"left": "#0072B2", "right": "#E1690E", "middle": "#3A4350"}

INK = "#222832"
MUTED = "#7B8492"
GRID = "#E3E7EC"
PANEL = "#F7F8FA"
PAPER = "#FFFFFF"

#: Suffixes of image files.
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".pdf", ".svg", ".eps")

#: Dots per inch of a single image.
IMAGE_DPI = 200

#: Ends of the names of keypoints on the face and the feet.
_SMALL_PARTS = tuple(
    "Eye EyeInner EyeOuter Ear Pupil Mouth Head Toe Heel FootIndex Pinky Index Thumb".split()
)


def keypoint_side(name: str) -> str:
    """Return the side of a keypoint: "left", "right" or "middle".

    Keypoints of hands that no skeleton of signlift has are named COMPONENT:POINT, and have the
    side of their component.

    Examples
    --------
    >>> keypoint_side("LElbow"), keypoint_side("hand_right_keypoints_2d:I_PIP")
    ('left', 'right')
    """
    component, colon, _ = name.lower().partition(":")
    if colon:
        return next((word for word in ("left", "right") if word in component), "middle")
    return side(name)


def bone_side(bone: Bone) -> str:
    """Return the side of a bone: "left", "right" or "middle".

    It is the side of the outer end. A bone from one side to the other (hip to hip) is in the
    middle.

    Examples
    --------
    >>> bone_side(("Neck", "LShoulder"))
    'left'
    """
    parent, child = keypoint_side(bone[0]), keypoint_side(bone[1])
    return "middle" if {parent, child} == {"left", "right"} else child


def keypoint_weight(name: str) -> float:
    """Return the relative size in which a keypoint and the bone to it are drawn.

    It is 1 for most, and less on the face, feet and fingers, whose many short bones would merge.
    """
    if name[-1].isdigit() or name.endswith("HandRoot") or ":" in name:
        return 0.42
    return 0.66 if name.endswith(_SMALL_PARTS) else 1.0


def new_figure(width: float, height: float, dpi: float, paper: str = PAPER) -> Figure:
    """Create an empty figure, with its size in inches, that needs no display."""
    figure = Figure(figsize=(width, height), dpi=dpi, facecolor=paper)
    FigureCanvasAgg(figure)
    return figure


def simplify_axes(axes: Axes) -> None:
    """Remove the parts of a chart's frame that do not help to read it."""
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8, length=0)
    axes.set_axisbelow(True)


def write_note(axes: Axes, text: str) -> None:
    """Write a text in the middle of an empty chart, and remove its grid."""
    axes.grid(False)
    axes.set_xticks([])
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED, fontsize=9
    )


#: Metadata by suffix that leave out the date, so that the same figure is the same file.
_NO_DATE = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}


def save_figure(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a figure, whole or not at all, in the format of the suffix.

    Raises
    ------
    InputError
        The suffix is not one of `IMAGE_SUFFIXES`.
    """
    path = Path(path)
    check_suffix(path, IMAGE_SUFFIXES)
    with atomic_path(path) as temporary, rc_context({"svg.hashsalt": "signlift"}):
        figure.canvas.print_figure(
            temporary,
            dpi=figure.dpi,
            facecolor=figure.get_facecolor(),
            format=path.suffix[1:].lower(),
            metadata=_NO_DATE.get(path.suffix.lower()),
        )


def check_suffix(path: Path, suffixes: tuple[str, ...]) -> str:
    """Return the suffix of a path in lower case.

    Raises
    ------
    InputError
        The suffix is not one of `suffixes`.
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
