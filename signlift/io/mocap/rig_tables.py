"""Built-in rigs, and the choice of a rig by its name or by the names of the joints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from signlift.errors import InputError, parameter_problem, problem
from signlift.io.mocap.rig import Rig
from signlift.io.mocap.rig_file import read_rig

#: Keypoints by which a rig is recognised, and those that it must have.
_LIMB_KEYPOINTS = tuple(
    side + part for side in "LR" for part in ("Shoulder", "Elbow", "Hand", "Hip", "Knee", "Ankle")
)
REQUIRED_KEYPOINTS = tuple(name for name in _LIMB_KEYPOINTS if "Ankle" not in name)

#: Number of required keypoints by which a rig is the nearest one of a file, for messages.
_MIN_KEYPOINTS = 4

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
            **{"Hip": "*upleg *thigh", "Knee": "*leg *shin", "Ankle": "*foot"},
            **{"BigToe": "*toeend *toebaseend *toebase *footend"},
            **_FACE,
        },
        _TOP,
        *("mixamo", "cmu", "shogun", "rokoko", "signlift"),
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
            **{"Shoulder": "*upperarm *shoulder", "Elbow": "*forearm", "Hand": "*hand"},
            **{"Hip": "*thigh", "Knee": "*calf", "Ankle": "*foot"},
            **{"BigToe": "*toe0nub *toe0end *toe0 *toebase", "Eye": "*eye"},
        },
        {**_TOP, "head": "head head1"},
        *("character-creator", "valve"),
    ),
    _rig(
        "rigify",
        ("l", "r"),
        {
            **{"Shoulder": "upperarm* upperarmfk*", "Elbow": "forearm* forearmfk*"},
            **{"Hand": "hand* handfk*", "Hip": "thigh* thighfk*", "Knee": "shin* shinfk*"},
            **{"Ankle": "foot* footfk*", "BigToe": "toe*end toe* toefk*"},
            **{"Eye": "eye*", "Ear": "ear*"},
        },
        # The bone "nose" begins between the eyes.
        {"head": "spine006 head", "Keypoint26": "spine006end headend"},
        "blender",
    ),
    _rig(
        "auto-rig-pro",
        ("l", "r"),
        {
            # In the animator's rig, arm_stretch begins in the middle of the upper arm.
            "Shoulder": "arm* armtwist*|carmtwist*|carmtwistoffset*|armstretch*|carmstretch* "
            "armfk* carmfk*",
            "Elbow": "forearm* forearmstretch*|cforearmstretch*|forearmtwist* forearmfk* "
            "cforearmfk*",
            "Hand": "hand* handfk* chandfk*",
            "Hip": "thigh* thightwist*|cthightwist*|cthightwistoffset*|thighstretch*|"
            "cthighstretch* thighfk* cthighfk*",
            "Knee": "leg* legstretch*|clegstretch*|legtwist* legfk* clegfk*",
            "Ankle": "foot* footfk* cfootfk*",
            "BigToe": "toes*end toes01*end toes* toes01* ctoesfk*",
        },
        {"head": "headx cheadx", "Keypoint26": "headxend"},
        "arp",
    ),
    _rig(
        "poser",
        ("l", "r"),
        {
            **{"Shoulder": "*shldr *shldrbend *upperarm", "Elbow": "*forearm *forearmbend"},
            **{"Hand": "*hand", "Hip": "*thigh *thighbend", "Knee": "*shin", "Ankle": "*foot"},
            **{"BigToe": "*bigtoe *bigtoe1 *toeend *toe *toes", **_FACE},
        },
        _TOP,
        *("daz", "genesis"),
    ),
    _rig(
        "makehuman",
        ("l", "r"),
        {
            **{"Shoulder": "upperarm01*", "Elbow": "lowerarm01*", "Hand": "wrist*"},
            **{"Hip": "upperleg01*", "Knee": "lowerleg01*", "Ankle": "foot*"},
            **{"BigToe": "toe12*end toe12* toe11*", "SmallToe": "toe53*end toe53* toe51*"},
            **{"Eye": "eye*"},
        },
        _TOP,
    ),
    _rig(
        "second-life",
        ("left", "right"),
        {
            **{"Shoulder": "mshoulder*", "Elbow": "melbow*", "Hand": "mwrist*"},
            **{"Hip": "mhip*", "Knee": "mknee*", "Ankle": "mankle*"},
            **{"BigToe": "mtoe*end mtoe*", "Eye": "meye*"},
        },
        {"head": "mhead", "Keypoint26": "mskullend mskull"},
        "opensimulator",
    ),
    _rig(
        "vroid",
        ("l", "r"),
        {
            **{"Shoulder": "*upperarm", "Elbow": "*lowerarm", "Hand": "*hand"},
            **{"Hip": "*upperleg", "Knee": "*lowerleg", "Ankle": "*foot"},
            **{"BigToe": "*toebaseend *toebase", "Eye": "jadj*faceeye"},
        },
        {"head": "chead head", "Keypoint26": "cheadend"},
        "vrm",
    ),
    _rig(
        "classic",
        ("left", "right"),
        {
            **{
                "Shoulder": "*uparm *upperarm *arm *shoulder",
                "Elbow": "*elbow *lowarm *lowerarm *forearm",
            },
            **{"Hand": "*wrist *hand", "Hip": "*upleg *upperleg *thigh *hip *leg"},
            **{"Knee": "*knee *lowleg *lowerleg *shin", "Ankle": "*ankle *foot"},
            **{"BigToe": "*bigtoe *toeend *toe *toes *footend *foot"},
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
            **{"Hip": "*hip", "Knee": "*knee", "Ankle": "*ankle *foot"},
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
        No rig has the joints of both arms and both legs. The line names the joints that the
        nearest rig lacks.
    """

    def count_keypoints(rig: Rig) -> int:
        joints = rig.find_joints(names)
        required = sum(keypoint in joints for keypoint in REQUIRED_KEYPOINTS)
        return required * len(_LIMB_KEYPOINTS) + sum(name in joints for name in _LIMB_KEYPOINTS)

    best = max(RIGS, key=count_keypoints)
    missing = missing_keypoints(best, names)
    if missing:
        parts, listed = "shoulders, elbows, hands, hips and knees", _list_names(names)
        if len(REQUIRED_KEYPOINTS) - len(missing) >= _MIN_KEYPOINTS:
            parts += f" as in {best.name}"
            listed = f"no {', '.join(missing)} among {listed}"
        else:
            parts += f" as in {', '.join(rig.name for rig in RIGS)}"
        expected = f"{parts} (or a JSON file as `rig`)"
        raise InputError(problem(where, expected=expected, found=listed))
    return best


def missing_keypoints(rig: Rig, names: Sequence[str]) -> list[str]:
    """List the required keypoints of a built-in rig that these joints lack."""
    joints = rig.find_joints(names)
    return [name for name in REQUIRED_KEYPOINTS if name not in joints and not rig.user_defined]


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
