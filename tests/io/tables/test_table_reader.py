import numpy as np
import pandas as pd
import pytest
from detected import body

import signlift as sl
from signlift.core.skeleton import COCO17, MEDIAPIPE33, MEDIAPIPE75, OPENPOSE25

LOWER = [f"{'left' if n[0] == 'L' else 'right'}_{n[1:].lower()}" for n in COCO17.keypoints[1:]]
NAMES = ["nose", *LOWER]


def check(recording, values, skeleton=COCO17, rtol=1e-5):
    assert recording.skeleton is skeleton
    np.testing.assert_allclose(recording.keypoints, values[..., :2], rtol)
    np.testing.assert_allclose(recording.confidence, values[..., 2], rtol)


def save(path, table, **options):
    table.to_csv(path, index=False, **options)
    return path


def wide(values, names, form="{name}_{axis}", axes=("x", "y", "score")):
    columns = {
        form.format(name=name, axis=axis): values[:, j, c]
        for j, name in enumerate(names)
        for c, axis in enumerate(axes)
    }
    return pd.DataFrame(columns)


FORMS = [
    ("{name}_{axis}", ("x", "y", "score")),
    ("{name}.{axis}", ("x", "y", "score")),
    ("{axis}_{name}", ("x", "y", "conf")),
    ("{name} {axis}", ("X", "Y", "Likelihood")),
]


@pytest.mark.parametrize(("form", "axes"), FORMS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_wide_tables_by_name(tmp_path, form, axes, separator):
    values = body(17)
    path = save(tmp_path / "a.csv", wide(values, NAMES, form, axes), sep=separator)
    check(sl.read(path), values)


def test_tables_packed_with_gzip(tmp_path):
    values = body(17)
    wide(values, NAMES).to_csv(tmp_path / "a.csv.gz", index=False)
    check(sl.read(tmp_path / "a.csv.gz"), values)


def test_decimal_commas(tmp_path):
    values = body(17)
    path = save(tmp_path / "a.csv", wide(values, NAMES), sep=";", decimal=",")
    check(sl.read(path), values)


@pytest.mark.parametrize("count", [17, 18, 25, 133])
@pytest.mark.parametrize("first", [0, 1])
def test_wide_tables_by_number(tmp_path, count, first):
    values = body(count)
    numbers = range(first, count + first)
    path = save(tmp_path / "a.csv", wide(values, numbers, "{axis}{name}", ("x", "y", "c")))
    recording = sl.read(path)
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-5)
    assert len(recording.skeleton) == count


def test_frames_and_times_of_a_wide_table(tmp_path):
    values = body(17)
    table = wide(values, NAMES)
    table.insert(0, "frame", [10, 11, 12, 14, 15, 16])
    table.insert(1, "time", np.array([10, 11, 12, 14, 15, 16]) / 25)
    recording = sl.read(save(tmp_path / "a.csv", table))
    assert (len(recording), recording.fps, recording.times) == (7, 25, None)
    assert np.isnan(recording.keypoints[3]).all()
    np.testing.assert_allclose(recording.keypoints[4:], values[3:, :, :2], 1e-5)
    table["time"] = [0, 40, 80, 200, 240, 280]  # milliseconds
    recording = sl.read(save(tmp_path / "a.csv", table))
    assert recording.fps is None
    np.testing.assert_allclose(recording.times[[0, 1, 2, 4]], [0, 0.04, 0.08, 0.2])


def test_names_that_are_no_keypoints_are_noted(tmp_path):
    values = body(19)
    path = save(tmp_path / "a.csv", wide(values, [*NAMES, "cup", "tail"]))
    recording = sl.read(path)
    check(recording, values[:, :17])
    assert recording.notes == ("left out, as they are no keypoints: cup, tail",)


def test_deeplabcut_with_one_animal_and_with_several(tmp_path):
    main, other = body(17, size=150), body(17, at=(700, 200), size=60, seed=1)
    columns = pd.MultiIndex.from_product(
        [["DLC_resnet50"], NAMES, ["x", "y", "likelihood"]], names=["scorer", "bodyparts", "coords"]
    )
    pd.DataFrame(main.reshape(6, -1), columns=columns).to_csv(tmp_path / "a.csv")
    check(sl.read(tmp_path / "a.csv"), main)
    columns = pd.MultiIndex.from_product(
        [["DLC_dlcrnet"], ["bob", "ann"], NAMES, ["x", "y", "likelihood"]],
        names=["scorer", "individuals", "bodyparts", "coords"],
    )
    both = np.stack([other, main], 1)
    pd.DataFrame(both.reshape(6, -1), columns=columns).to_csv(tmp_path / "b.csv")
    recording = sl.read(tmp_path / "b.csv")
    check(recording, main)
    assert recording.notes == ("person 0 of 2",)
    check(sl.read(tmp_path / "b.csv", person=1), other)


def test_deeplabcuts_labels_have_three_columns_of_images(tmp_path):
    values = body(17)
    lines = ["scorer,,," + ",".join(["me"] * 34)]
    lines.append("bodyparts,,," + ",".join(name for name in NAMES for _ in "xy"))
    lines.append("coords,,," + ",".join(["x", "y"] * 17))
    for t, frame in enumerate(values):
        numbers = ",".join(f"{value:.3f}" for value in frame[:, :2].ravel())
        lines.append(f"labeled-data,clip,img{t:03d}.png,{numbers}")
    (tmp_path / "CollectedData_me.csv").write_text("\n".join(lines))
    recording = sl.read(tmp_path / "CollectedData_me.csv")
    assert (recording.skeleton, recording.confidence) == (COCO17, None)
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-4)


def test_mediapipes_names_with_times_in_milliseconds(tmp_path):
    names = "NOSE LEFT_EYE_INNER LEFT_SHOULDER RIGHT_SHOULDER LEFT_HIP RIGHT_HIP MOUTH_LEFT".split()
    values = np.random.default_rng(0).uniform(0.2, 0.8, (5, 7, 4))
    values[..., 3] = 0.9
    table = wide(values, names, axes=("x", "y", "z", "visibility"))
    table.insert(0, "timestamp", 1700000000000 + 40 * np.arange(5))
    recording = sl.read(save(tmp_path / "a.csv", table), size=(1000, 500))
    assert (recording.skeleton, recording.fps) == (MEDIAPIPE33, 25)
    index = MEDIAPIPE33.index("LMouth")
    np.testing.assert_allclose(recording.keypoints[:, index], values[:, 6, :2] * [1000, 500], 1e-5)


def test_sleaps_analysis(tmp_path):
    main, other = body(17, size=150), body(17, at=(700, 200), size=60, seed=1)
    tables = []
    for track, values in (("track_0", other), ("track_1", main)):
        table = wide(values, NAMES, "{name}.{axis}")
        table.insert(0, "track", track)
        table.insert(1, "frame_idx", np.arange(6))
        table.insert(2, "instance.score", 0.9)
        tables.append(table)
    recording = sl.read(save(tmp_path / "a.csv", pd.concat(tables)))
    check(recording, main)
    assert recording.notes == ("person 0 of 2",)
    tables[0]["track"] = tables[1]["track"] = ""
    check(sl.read(save(tmp_path / "a.csv", pd.concat(tables))), main)


def long(values, names, **columns):
    T, J = values.shape[:2]
    table = {
        "frame": np.repeat(np.arange(T), J),
        "keypoint": np.tile(names, T),
        "x": values[..., 0].ravel(),
        "y": values[..., 1].ravel(),
        "score": values[..., 2].ravel(),
    }
    return pd.DataFrame({**table, **columns})


def test_long_tables_by_name_in_any_order_of_rows(tmp_path):
    values = body(17)
    table = long(values, NAMES).sample(frac=1, random_state=0)
    check(sl.read(save(tmp_path / "a.csv", table)), values)
    for number in (0, 1):
        numbered = long(values, np.arange(17) + number)
        check(sl.read(save(tmp_path / "a.csv", numbered)), values)


def test_people_and_recordings_of_a_long_table(tmp_path):
    main, other = body(17, size=150), body(17, at=(700, 200), size=60, seed=1)
    table = pd.concat([long(other, NAMES, person="b"), long(main, NAMES, person="a")])
    check(sl.read(save(tmp_path / "a.csv", table)), main)
    table = pd.concat([long(other, NAMES, video="b"), long(main, NAMES, video="a")])
    first, second = sl.read_all(save(tmp_path / "a.csv", table))
    assert (first.name, second.name) == ("a.csv/b", "a.csv/a")
    check(first, other)
    check(second, main)
    table = pd.concat([long(other, NAMES), long(main, NAMES)])
    with pytest.raises(sl.InputError, match="one row for each frame, person and keypoint, found 2"):
        sl.read(save(tmp_path / "a.csv", table))


def signer(parts, T=4):
    values = np.random.default_rng(0).uniform(0.2, 0.8, (T, sum(parts.values()), 3))
    labels = [(part, number) for part, count in parts.items() for number in range(count)]
    return values, labels


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_landmarks_in_long_form(tmp_path, name):
    values, labels = signer({"face": 468, "left_hand": 21, "pose": 33, "right_hand": 21})
    values[1, 468:489] = np.nan
    rows = [
        (t + 20, f"{t + 20}-{part}-{number}", part, number, *values[t, j])
        for t in range(4)
        for j, (part, number) in enumerate(labels)
    ]
    table = pd.DataFrame(rows, columns="frame row_id type landmark_index x y z".split())
    table["frame"] = table["frame"].astype("int16")
    if name.endswith("csv"):
        save(tmp_path / name, table)
    else:
        table.to_parquet(tmp_path / name)
    with pytest.raises(sl.InputError, match="expected `size`"):
        sl.read(tmp_path / name)
    recording = sl.read(tmp_path / name, size=(1000, 500))
    assert (recording.skeleton, len(recording)) == (MEDIAPIPE75, 4)
    expected = np.concatenate([values[:, 489:522], values[:, 468:489], values[:, 522:]], 1)
    np.testing.assert_allclose(recording.keypoints, expected[..., :2] * [1000, 500], 1e-5)


def test_landmarks_in_wide_form_with_several_sequences(tmp_path):
    values, labels = signer({"face": 468, "left_hand": 21, "pose": 33, "right_hand": 21}, 6)
    columns = {
        f"{axis}_{part}_{number}": values[:, j, c]
        for c, axis in enumerate("xyz")
        for j, (part, number) in enumerate(labels)
    }
    table = pd.DataFrame({"frame": [0, 1, 2, 0, 1, 2], **columns})
    table.index = pd.Index([7, 7, 7, 9, 9, 9], name="sequence_id")
    table.to_parquet(tmp_path / "a.parquet")
    table.to_csv(tmp_path / "a.csv")
    for name in ("a.parquet", "a.csv"):
        first, second = sl.read_all(tmp_path / name, size=(1000, 500))
        assert first.skeleton is MEDIAPIPE75
        pose = values[3:, 489:522, :2] * [1000, 500]
        np.testing.assert_allclose(second.keypoints[:, :33], pose, 1e-5)


def test_rows_of_a_decoder_of_body_language(tmp_path):
    values, _ = signer({"pose": 33, "face": 468}, 4)
    values = np.concatenate([values, np.ones((4, 501, 1))], -1)
    columns = {
        f"{axis}{number + 1}": values[:, number, c]
        for number in range(501)
        for c, axis in enumerate("xyzv")
    }
    path = save(tmp_path / "coords.csv", pd.DataFrame({"class": "Happy", **columns}))
    recording = sl.read(path, size=(1000, 500))
    assert recording.skeleton is MEDIAPIPE33
    np.testing.assert_allclose(recording.keypoints, values[:, :33, :2] * [1000, 500], 1e-5)


def test_rows_of_numbers_without_a_header(tmp_path):
    values = body(25)
    np.savetxt(tmp_path / "a.csv", values.reshape(6, -1), delimiter=",")
    check(sl.read(tmp_path / "a.csv"), values, OPENPOSE25)
    np.savetxt(tmp_path / "b.txt", values[..., :2].reshape(6, -1), delimiter="\t")
    assert sl.read(tmp_path / "b.txt").skeleton is OPENPOSE25
    np.savetxt(tmp_path / "c.txt", values.reshape(6, -1))
    check(sl.read(tmp_path / "c.txt"), values, OPENPOSE25)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
@pytest.mark.parametrize("index", [False, True])
def test_rows_whose_columns_are_numbers(tmp_path, name, index):
    values = body(25)
    table = pd.DataFrame(values.reshape(6, -1))
    table.columns = table.columns.astype(str)
    writes = table.to_csv if name.endswith("csv") else table.to_parquet
    writes(tmp_path / name, index=index)
    check(sl.read(tmp_path / name), values, OPENPOSE25)
    table.insert(0, "frame", [0, 1, 2, 4, 5, 6])
    table["label"] = "hello"
    writes(tmp_path / name, index=index)
    recording = sl.read(tmp_path / name)
    assert (len(recording), len(recording.observed[3].nonzero()[0])) == (7, 0)
    np.testing.assert_allclose(recording.keypoints[4:], values[3:, :, :2], 1e-5)
    table["frame"] = 0
    writes(tmp_path / name, index=index)
    with pytest.raises(sl.InputError, match="a row for each frame of one recording"):
        sl.read(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "id,label\n1,b\n", r"a.csv: expected a table with .* found columns id, label"),
        ("a.csv", "x0,y0,c0\n1,2,3\n", "found columns x0, y0, c0"),
        ("a.csv", "x,y,keypoint\n1,2,nose\n", "expected a column of frame numbers"),
        ("a.csv", "frame,keypoint,x,y\n0,paw,1,2\n", "both shoulders among them, found paw"),
        ("a.csv", "frame,type,landmark_index,x,y\n0,face,1,2,2\n", "1 to 5000 different"),
        ("a.csv", "frame,type,landmark_index,x,y\n0,left_hand,1,2,2\n", "landmarks of a pose"),
        ("a.csv", "frame,type,landmark_index,x,y\n0,pose,40,2,2\n", "33 landmarks of pose"),
        ("a.csv", "frame,keypoint,x,y\n0,900000,1,2\n", "numbered from 0, found number 900000"),
        ("a.csv", "scorer,a,a\nbodyparts,nose,nose\n", "DeepLabCut's header rows"),
        ("a.parquet", b"PAR1....", "a Parquet file, found one that is damaged"),
    ],
)
def test_other_tables_are_one_line(tmp_path, name, text, message):
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(sl.InputError, match=message) as error:
        sl.read(tmp_path / name)
    assert len(error.value.problems) == 1
    assert len(str(error.value)) < 300 + len(str(tmp_path))


def test_a_table_of_labels_in_a_directory_is_no_recording(tmp_path):
    from signlift.pipeline.jobs import find_jobs

    values = body(17)
    save(tmp_path / "a.csv", wide(values, NAMES))
    (tmp_path / "a.csv.json").write_text("{}")
    (tmp_path / "labels.csv").write_text("id,label\n1,b\n")
    jobs = find_jobs([tmp_path], tmp_path / "out").jobs
    assert [job.source.name for job in jobs] == ["a.csv"]


def test_one_row_of_numbers_is_one_frame(tmp_path):
    path = tmp_path / "frame.csv"
    path.write_text(",".join(str(100 + n) for n in range(34)) + "\n")
    recording = sl.read(path)
    assert recording.keypoints[0, :2].tolist() == [[100, 101], [102, 103]]


def test_labels_of_yolo_are_refused_by_their_name(tmp_path):
    path = tmp_path / "clip_1.txt"
    person = "0 0.5 0.5 0.2 0.4 " + " ".join(["0.51", "0.42", "0.9"] * 17) + "\n"
    for people in (1, 2):
        path.write_text(people * person)
        with pytest.raises(sl.InputError, match="found YOLO's labels of one image"):
            sl.read(path)
