from signlift.io.detectors.repeated_problems import merge_problems


def lines(*faults):
    """(place, line) of the faults of frames."""
    return [(f"a, frame {t}", f"a, frame {t}{fault}") for t, fault in faults]


def test_faults_of_all_frames_are_one_line_each():
    faults = lines(
        *((t, f", person {n}: expected x, found {t}") for t in range(4) for n in range(2)),
        *((t, ": expected z, found 0") for t in range(4)),
    )
    assert merge_problems(faults, "a", 4, "frames") == [
        "a: expected x, found 0 (in all 4 frames)",
        "a: expected z, found 0 (in all 4 frames)",
    ]


def test_faults_of_some_frames_name_the_first():
    faults = lines((3, ", pose: expected x, found 1"), (4, ", pose: expected x, found 2"))
    assert merge_problems(faults, "a", 9, "frames") == [
        "a, frame 3, pose: expected x, found 1 (in 2 of 9 frames)"
    ]
    assert merge_problems(faults[:1], "a", 9, "frames") == ["a, frame 3, pose: expected x, found 1"]
    assert merge_problems(faults[:1], "a", 1, "frames") == ["a, frame 3, pose: expected x, found 1"]
    assert merge_problems([], "a", 9, "frames") == []
