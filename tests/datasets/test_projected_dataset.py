import json

from signlift.datasets.projected_dataset import write_origins


def test_origins_and_labels_of_recordings(tmp_path):
    recordings = [{"clip": "a walk,\n first", "frames": 3}, {"clip": "b", "frames": 4}]
    write_origins(tmp_path, {"unit": "px"}, recordings)
    content = json.loads((tmp_path / "cameras.json").read_text())
    assert content == {"unit": "px", "recordings": recordings}
    assert (tmp_path / "groups.txt").read_text() == "a walk, first\nb\n"


def test_no_recordings(tmp_path):
    write_origins(tmp_path, {}, [])
    assert json.loads((tmp_path / "cameras.json").read_text()) == {"recordings": []}
    assert (tmp_path / "groups.txt").read_text() == ""
