import pytest

import signlift as sl
from signlift.cli.main import main
from signlift.datasets.existing_data import check_no_data, remove_old_files


def test_a_new_directory_and_one_with_other_files_are_allowed(tmp_path):
    check_no_data(tmp_path / "new", force=False)
    (tmp_path / "notes.txt").touch()
    check_no_data(tmp_path, force=False)


def test_a_data_set_is_replaced_with_force_alone(tmp_path):
    for name in ("body_data.npy", "groups.txt"):
        (tmp_path / name).touch()
    expected = r"expected a new directory, or `force` to replace it, found a data set \(body_data"
    with pytest.raises(sl.InputError, match=expected):
        check_no_data(tmp_path, force=False)
    check_no_data(tmp_path, force=True)
    remove_old_files(tmp_path, ("body_data.npy",))
    assert [path.name for path in tmp_path.iterdir()] == ["body_data.npy"]


def test_prepare_refuses_to_replace_a_file(tmp_path, capsys):
    data = sl.generate(tmp_path / "data", 2, min_frames=5, max_frames=6, quiet=True)
    command = ["prepare", str(data / "body_data.npy"), str(data / "body_ground.npy"), "--quiet"]
    out = tmp_path / "normalized_data.npy"
    assert main([*command, "-o", str(out)]) == 0
    assert main([*command, "-o", str(out)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{out}: expected a new file, or --force to replace it, found")
    assert main([*command, "-o", str(out), "--force"]) == 0
