import numpy as np

from signlift.animation.frame_memory import MAX_EARLIER, FrameMemory
from signlift.core.skeleton import COCO17


def arrays(number, missing=()):
    keypoints = np.full((17, 2), float(number))
    keypoints[list(missing)] = np.nan
    return keypoints, np.zeros(17), np.ones(17)


def numbers_of(memory):
    return [float(np.nanmax(each[0])) for each in memory.frames()]


def test_all_frames_are_kept_at_first_and_few_later():
    memory = FrameMemory(COCO17, 5)
    for number in range(1, 41):
        memory.add(arrays(number))
    assert numbers_of(memory) == list(range(1, 41))
    assert numbers_of(memory)[-6:] == [35, 36, 37, 38, 39, 40]
    for number in range(41, 2001):
        memory.add(arrays(number))
    kept = numbers_of(memory)
    assert len(kept) <= MAX_EARLIER + 6 and kept[-5:] == [1996, 1997, 1998, 1999, 2000]
    steps = np.diff(kept[:-7])
    assert steps.max() == steps.min() and kept[0] < 50


def test_the_last_frame_of_each_keypoint_is_kept():
    memory = FrameMemory(COCO17, 5)
    elbow, wrist = COCO17.index("LElbow"), COCO17.index("LWrist")
    for number in range(1, 1001):
        missing = [elbow] * (number > 503) + [wrist] * (number > 777)
        memory.add(arrays(number, missing))
    assert {503, 777, 995} <= set(numbers_of(memory))


def test_frames_without_anybody_are_not_kept():
    memory = FrameMemory(COCO17, 5)
    for number in range(1, 11):
        memory.add(arrays(number))
    for number in range(100):
        memory.add(arrays(number, range(17)))
    assert len(memory.frames()) == 15
