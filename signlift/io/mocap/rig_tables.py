"""The rigs that are known: chosen by the joints' names, or named, or read from a JSON file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from signlift.errors import InputError, parameter_problem, problem
from signlift.io.mocap.rig import Rig
from signlift.io.mocap.rig_file import read_rig

#: What a rig must have some of, to be recognised.
_MAIN = tuple(
    side + part for side in "LR" for part in ("Shoulder", "Elbow", "Hand", "Hip", "Knee", "Ankle")
)
_LEAST = 6


def _rig(
    name: str,
    sides: tuple[str, str],
    parts: Mapping[str, str],
    middle: Mapping[str, str],
    *aliases: str,
) -> Rig:
    """A rig from names with * for the side; keypoints without their side, choices with spaces."""
    choices: dict[str, tuple[tuple[str, ...], ...]] = {}
    for part, joints in parts.items():
        for letter, side in zip("LR", sides, strict=True):
            choices[letter + part] = tuple((one.replace("*", side),) for one in joints.split())
    for part, joints in middle.items():
        if part != "head":
            choices[part] = tuple((one,) for one in joints.split())
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
    """The rig that knows most of these joints.

    Raises
    ------
    InputError
        None of them knows the shoulders and at least four other joints of the limbs.
    """

    def score(rig: Rig) -> int:
        found = rig.find(names)
        return sum(keypoint in found for keypoint in _MAIN) * ("LShoulder" in found)

    best = max(RIGS, key=score)
    if score(best) < _LEAST:
        expected = f"joints of {', '.join(rig.name for rig in RIGS)} (or a JSON file as `rig`)"
        raise InputError(problem(where, expected=expected, found=_some(names)))
    return best


def named_rig(name: str | Path) -> Rig:
    """The rig of this name or alias, or the one in this JSON file.

    Raises
    ------
    InputError
        There is no such rig; or one line for each problem of the file.
    """
    path = Path(name)
    if path.suffix.lower() == ".json":
        return read_rig(path)
    for rig in RIGS:
        if str(name).lower() in (rig.name, *rig.aliases):
            return rig
    known = ", ".join(one for rig in RIGS for one in (rig.name, *rig.aliases))
    raise InputError(
        parameter_problem("rig", expected=f"a .json file or one of {known}", found=str(name))
    )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join("".join(c if c.isprintable() else "." for c in one[:20]) for one in names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown or "none"
