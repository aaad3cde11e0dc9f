import numpy as np

import signlift as sl
from benchmarks.person_check import KINDS, format_table, measure_rates, read_files, simulate
from signlift.datasets.simulated import simulate_recording


def test_faults_are_noticed_and_people_are_not(tmp_path):
    people = [simulate(number, 1) for number in range(12)]
    rates = {kind.title: measure_rates(people, kind) for kind in KINDS}
    assert rates["none"].noticed == 0
    assert rates["y upwards"].named > 0.9 and rates["image upside down"].named > 0.9
    assert rates["h36m17 read as coco17"].named > 0.8


def test_a_row_for_each_fault():
    table = format_table({"simulated": [simulate(0, 0)]}).splitlines()
    assert table[0] == "| fault | simulated (1) |"
    assert len(table) == 2 + len(KINDS)


def test_files_are_read_without_depth_and_recordings_without_shoulders_left_out(tmp_path):
    recording = simulate_recording(0, 0, min_frames=5, max_frames=5)
    path = sl.write(recording, tmp_path / "a.npz")
    np.save(tmp_path / "b.npy", np.full((3, 17, 2), [[5.0, 9.0]]) * np.nan_to_num(np.nan))
    (only,) = read_files([path])
    assert only.depth is None
