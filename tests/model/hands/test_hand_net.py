import numpy as np
import onnxruntime
import pytest
import torch
from hand_nets import CONFIG, random_hand_net

from signlift.core.bone_lengths import CAUSAL, OFFLINE
from signlift.model.checkpoint import load_checkpoint, save_checkpoint
from signlift.model.export import export_run
from signlift.model.hand_export import export_hands
from signlift.model.hands.hand_geometry import finger_depth
from signlift.model.hands.hand_inputs import HAND_BONE_STARTS, HandInputs
from signlift.model.hands.hand_net import HandNetConfig
from signlift.simulation.hands.finger_joints import compute_fingers
from signlift.simulation.hands.hand_dimensions import average_hand
from signlift.simulation.hands.handshapes import draw_handshapes


@pytest.fixture(scope="module")
def net():
    return random_hand_net()


def inputs(B=3, T=12, seed=0):
    rng = np.random.default_rng(seed)
    keypoints = rng.normal(size=(B, T, 21, 2))
    keypoints[rng.random((B, T, 21)) < 0.2] = np.nan
    keypoints[0, 3] = np.nan
    has_depth = rng.random((B, 1, 1)) < 0.5
    values = {
        "keypoints": keypoints,
        "confidence": rng.random((B, T, 21)),
        "detector_depth": np.where(has_depth, rng.normal(size=(B, T, 21)), np.nan),
        "forearm": rng.normal(size=(B, T, 3)),
        "sight": rng.normal(size=(B, T, 3)) * 0.1,
        "wrist": rng.normal(size=(B, T, 2)),
        "fps": rng.uniform(20, 60, B),
    }
    return HandInputs(**{name: torch.tensor(value).float() for name, value in values.items()})


def run(net, hands, source=OFFLINE, state=None):
    B, T = hands.keypoints.shape[:2]
    state = state or net.initial_state(B)
    with torch.no_grad():
        return net(hands, state, torch.full((B,), source), torch.full((B,), T - 1))


def cut(hands, piece):
    return HandInputs(*(value[:, piece] for value in hands[:-1]), hands.fps)


def test_shapes_and_a_root_without_depth(net):
    output = run(net, inputs())
    assert output.refined.shape == (12, 3, 21, 2)
    assert output.depth.shape == output.uncertainty.shape == (12, 3, 21)
    assert output.mean.shape == output.log_scale.shape == (12, 3, 20)
    assert (output.depth[..., 0] == 0).all() and (output.uncertainty[..., 0] == 0).all()
    assert (output.uncertainty[..., 1:] > 0).all()
    assert all(torch.isfinite(value).all() for value in output[:5])


def test_two_windows_are_one_recording_to_a_causal_network(net):
    hands = inputs()
    whole = run(net, hands, CAUSAL)
    first = run(net, cut(hands, slice(0, 5)), CAUSAL)
    second = run(net, cut(hands, slice(5, None)), CAUSAL, first.state)
    torch.testing.assert_close(torch.cat([first.depth, second.depth]), whole.depth)
    torch.testing.assert_close(second.state.pool, whole.state.pool)


def test_lengths_do_not_depend_on_the_order_of_frames(net):
    hands = inputs()
    reverse = HandInputs(*(value.flip(1) for value in hands[:-1]), hands.fps)
    torch.testing.assert_close(run(net, hands).mean[-1], run(net, reverse).mean[-1])


def test_frames_without_a_hand_do_not_change_the_lengths(net):
    hands = inputs()
    gone = hands._replace(
        keypoints=torch.where(torch.arange(12)[:, None, None] < 6, hands[0], np.nan)
    )
    mean = run(net, gone).mean
    torch.testing.assert_close(mean[5], mean[11])


def test_depth_of_fingers_from_their_directions_is_exact():
    rng = np.random.default_rng(0)
    fingers = 1.8 * compute_fingers(draw_handshapes(rng, 40), average_hand())
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    points = np.concatenate([np.zeros((40, 1, 3)), fingers @ turn], 1)
    tangent, inverse = np.array([0.3, -0.2]), 0.08
    # Where a camera sees them: from the wrist at the distance of the wrist.
    wrist = np.array([*tangent / inverse, 1 / inverse])
    seen = wrist + points
    image = (seen[..., :2] / seen[..., 2:] - tangent) / inverse
    lengths = np.linalg.norm(points[:, 1:] - points[:, HAND_BONE_STARTS], axis=-1)
    sight = np.broadcast_to([*tangent, inverse], (40, 3))

    def depth(direction):
        values = (image, sight, lengths, direction, np.zeros((40, 20)))
        return finger_depth(*(torch.tensor(value)[:, None] for value in values))[:, 0].numpy()

    # The sign of each bone follows from the truth; small steps in depth are softened.
    steps = points[:, 1:, 2] - points[:, HAND_BONE_STARTS, 2]
    slope = tangent + inverse * image[:, 1:]
    across = points[:, 1:, :2] - points[:, HAND_BONE_STARTS, :2] - slope * steps[..., None]
    base = (across * slope).sum(-1)
    sign = np.sign(steps * (1 + (slope**2).sum(-1)) + base)
    error = np.abs(depth(sign) - points[..., 2])
    assert np.median(error) < 0.03 and error.max() < 0.25


def test_exported_graphs_give_the_same_numbers(net, tmp_path):
    paths = export_hands(net, tmp_path)
    assert [path.name for path in paths] == [
        "hand_proportions.onnx",
        "hands.onnx",
        "step_hands.onnx",
    ]
    proportions, hands = (
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]) for path in paths[:2]
    )
    given = inputs(B=2, T=30, seed=1)
    state = net.initial_state(2)
    values = {name: value.numpy() for name, value in given._asdict().items()}
    mean, log_scale, pool = proportions.run(None, {**values, "pool": state.pool.numpy()})
    used = {"mean": mean, "log_scale": log_scale}
    lstm = {"hidden": state.hidden.numpy(), "cell": state.cell.numpy()}
    refined, depth, uncertainty, hidden, _ = hands.run(None, {**values, **used, **lstm})
    output = run(net, given, CAUSAL)
    for exported, expected in (
        (mean, output.mean),
        (refined, output.refined),
        (depth, output.depth),
        (uncertainty, output.uncertainty),
    ):
        np.testing.assert_allclose(exported, expected.transpose(0, 1), atol=2e-5)
    np.testing.assert_allclose(pool, output.state.pool, rtol=1e-4)
    np.testing.assert_allclose(hidden, output.state.hidden, atol=1e-5)


def test_graphs_in_half_the_space_give_nearly_the_same_numbers(tmp_path):
    torch.manual_seed(0)
    net = HandNetConfig(64, 1, 64, 64, 32).build().eval()
    whole, half = (export_hands(net, tmp_path / str(small), half=small) for small in (False, True))
    for large, small in zip(whole[:2], half[:2], strict=True):
        assert small.stat().st_size < 0.65 * large.stat().st_size
    values = {name: value.numpy() for name, value in inputs(B=2)._asdict().items()}
    pool = net.initial_state(2).pool.numpy()
    (mean, *_), (expected, *_) = (
        onnxruntime.InferenceSession(paths[0], providers=["CPUExecutionProvider"]).run(
            None, {**values, "pool": pool}
        )
        for paths in (half, whole)
    )
    np.testing.assert_allclose(mean, expected, atol=2e-3)


def test_checkpoints_hold_a_hand_net(net, tmp_path):
    path = tmp_path / "hands.safetensors"
    save_checkpoint(path, net, CONFIG, {"note": "small"}, half=True)
    model, config, info = load_checkpoint(path)
    assert config == CONFIG and info == {"note": "small"}
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, net.state_dict()[name], atol=2e-3, rtol=1e-3)
    export_run(path, tmp_path / "graphs")
    assert (tmp_path / "graphs" / "hands.onnx").is_file()
