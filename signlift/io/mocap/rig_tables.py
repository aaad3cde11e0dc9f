"""Built-in rigs, and the choice of a rig by its name or by the names of the joints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from signlift.errors import InputError, parameter_problem, problem
from signlift.io.mocap.rig import Rig
from signlift.io.mocap.rig_file import read_rig

#: Keypoints by which a rig is recognised, and the minimum number of them.
_LIMB_KEYPOINTS = tuple(
    side + part for side in "LR" for part in ("Shoulder", "Elbow", "Hand", "Hip", "Knee", "Ankle")
)
_MIN_KEYPOINTS = 6

#: Number and length of joint names in messages.
_MAX_LISTED, _MAX_LETTERS = 6, 20


def _rig(
    name: str,
    sides: tuple[str, str],
    sided: Mapping[str, str],
    middle: Mapping[str, str],
    *aliases: str,
) -> Rig:
    """Build a rig.

    Parameters
    ----------
    name
        Name of the rig.
    sides
        Words for left and right, which replace * in the names of joints.
    sided
        Choices of joints, separated by spaces, by keypoint without its side.
    middle
        The same for keypoints in the middle; and "head", the joints of the head.
    *aliases
        Other names of the rig.
    """
    choices: dict[str, tuple[tuple[str, ...], ...]] = {}
    for part, joints in sided.items():
        for letter, side in zip("LR", sides, strict=True):
            choices[letter + part] = tuple((joint.replace("*", side),) for joint in joints.split())
    for part, joints in middle.items():
        if part != "head":
            choices[part] = tuple((joint,) for joint in joints.split())
    return Rig(name, choices, tuple(middle.get("head", "").split()), aliases)


_FACE = {"Eye": "*eye", "Ear": "*ear"}
_TOP = {"head": "head", "Keypoint26": "headtopend headend headtop headnub", "Nose": "nose"}

RIGS: tuple[Rig, ...] = (
    _rig(
        "humanik",
        ("left", "right"),
        {
            **{"Shoulder": "*arm", "Elbow": "*forearm", "Hand": "*hand"},
            **{"Hip": "*upleg", "Knee": "*leg", "Ankle": "*foot"},
            **{"BigToe": "*toeend *toebaseend *toebase *footend"},
            **_FACE,
        },
        _TOP,
        *("mixamo", "cmu", "shogun", "signlift"),
    ),
    _rig(
        "bandai",
        ("l", "r"),
        {
            **{"Shoulder": "upperarm*", "Elbow": "lowerarm*", "Hand": "hand*"},
            **{"Hip": "upperleg*", "Knee": "lowerleg*", "Ankle": "foot*"},
            **{"BigToe": "toes*end toes*", "Eye": "eye*", "Ear": "ear*"},
        },
        _TOP,
        "bandai-namco",
    ),
    _rig(
        "metahuman",
        ("l", "r"),
        {
            **{"Shoulder": "upperarm*", "Elbow": "lowerarm*", "Hand": "hand*"},
            **{"Hip": "thigh*", "Knee": "calf*", "Ankle": "foot*"},
            **{"BigToe": "ball*end ball*", "Eye": "eye*", "Ear": "ear*"},
        },
        _TOP,
        "unreal",
    ),
    _rig(
        "biped",
        ("l", "r"),
        {
            **{"Shoulder": "*upperarm", "Elbow": "*forearm", "Hand": "*hand"},
            **{"Hip": "*thigh", "Knee": "*calf", "Ankle": "*foot"},
            **{"BigToe": "*toe0nub *toe0end *toe0"},
        },
        _TOP,
    ),
    _rig(
        "classic",
        ("left", "right"),
        {
            **{"Shoulder": "*uparm *upperarm *shoulder", "Elbow": "*elbow *lowarm *lowerarm"},
            **{"Hand": "*wrist *hand", "Hip": "*upleg *upperleg *thigh *hip"},
            **{"Knee": "*knee *lowleg *lowerleg *shin", "Ankle": "*ankle *foot"},
            **{"BigToe": "*bigtoe *toeend *toe *footend *foot"},
            **{"SmallToe": "*smalltoe", "Heel": "*heel"},
            **_FACE,
        },
        _TOP,
        *("biovision", "smpl"),
    ),
    _rig(
        "keypoints",
        ("l", "r"),
        {
            **{"Shoulder": "*shoulder", "Elbow": "*elbow", "Hand": "*hand *wrist"},
            **{"Hip": "*hip", "Knee": "*knee", "Ankle": "*ankle"},
            **{"BigToe": "*bigtoe", "SmallToe": "*smalltoe", "Heel": "*heel"},
            **_FACE,
        },
        {**_TOP, "Keypoint26": "keypoint26 headend", "Neck": "neck", "MidHip": "midhip"},
        "panoptic26",
    ),
)


def find_rig(names: Sequence[str], where: str) -> Rig:
    """Find the rig that has the most of these joints.

    Parameters
    ----------
    names
        Names of the joints of a file.
    where
        The file, for messages.

    Raises
    ------
    InputError
        No rig has the shoulders and at least four other joints of the limbs.
    """

    def count_keypoints(rig: Rig) -> int:
        joints = rig.find_joints(names)
        return sum(keypoint in joints for keypoint in _LIMB_KEYPOINTS) * ("LShoulder" in joints)

    best = max(RIGS, key=count_keypoints)
    if count_keypoints(best) < _MIN_KEYPOINTS:
        names_of_rigs = ", ".join(rig.name for rig in RIGS)
        expected = f"joints of {names_of_rigs} (or a JSON file as `rig`)"
        raise InputError(problem(where, expected=expected, found=_list_names(names)))
    return best


def get_rig(name: str | Path) -> Rig:
    """Return the rig of a name or alias, or read it from a JSON file.

    Raises
    ------
    InputError
        There is no such rig; or a line for each problem of the file.

    Examples
    --------
    >>> get_rig("Mixamo").name
    'humanik'
    """
    path = Path(name)
    if path.suffix.lower() == ".json":
        return read_rig(path)
    for rig in RIGS:
        if str(name).lower() in (rig.name, *rig.aliases):
            return rig
    names = ", ".join(alias for rig in RIGS for alias in (rig.name, *rig.aliases))
    expected = f"a .json file or one of {names}"
    raise InputError(parameter_problem("rig", expected=expected, found=str(name)))


def _list_names(names: Sequence[str]) -> str:
    """List the first names, printable, and the number of the others."""
    listed = ", ".join(
        "".join(letter if letter.isprintable() else "." for letter in name[:_MAX_LETTERS])
        for name in names[:_MAX_LISTED]
    )
    more = len(names) - _MAX_LISTED
    return f"{listed} and {more} more" if more > 0 else listed or "none"
