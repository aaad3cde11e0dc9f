from benchmarks.formats import INPUTS, OUTPUTS, main, recording


def test_every_stage_is_timed(capsys):
    main(frames=20)
    said = capsys.readouterr().out
    for name in (*(f"read {one}" for one in INPUTS), *(f"write {one}" for one in OUTPUTS), "lift"):
        assert f"\n  {name} " in said


def test_the_recording_has_a_body_hands_and_a_face():
    one = recording(20)
    assert one.keypoints.shape == (20, 137, 2)
    assert one.observed[:, 25:].any()
