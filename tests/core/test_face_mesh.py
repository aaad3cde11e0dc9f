from signlift.core.face_mesh import CONTOURS, MESH_SIZE, is_mesh_name, mesh_bones, mesh_name

ALL = [mesh_name(number) for number in range(MESH_SIZE)]


def test_the_contours_have_the_128_landmarks_of_reduced_files():
    numbers = {number for sides in CONTOURS.values() for line in sides for number in line.split()}
    assert len(numbers) == 128


def test_both_sides_of_a_contour_are_as_long():
    for left, right in CONTOURS.values():
        assert len(left.split()) == len(right.split())


def test_bones_make_trees():
    bones = list(mesh_bones(ALL))
    ends = [end for _, end in bones]
    assert len(set(ends)) == len(ends)
    assert all(start != end for start, end in bones)
    assert len(bones) > 120


def test_a_landmark_that_is_missing_is_passed_over():
    assert list(mesh_bones({mesh_name(10), mesh_name(297)})) == [(mesh_name(10), mesh_name(297))]
    assert list(mesh_bones([])) == []


def test_names():
    assert all(map(is_mesh_name, ALL))
    for name in ("face_landmarks:478", "face_landmarks:x", "face_landmarks:", "10", "Nose"):
        assert not is_mesh_name(name)
