# The public names of signlift: the only list of them, which __init__.py reads.

from .animation.avatar import solve_avatar as solve_avatar
from .core.body_proportions import BodyProportions as BodyProportions
from .core.recording import Recording as Recording
from .core.skeleton import COCO17 as COCO17
from .core.skeleton import OPENPOSE25 as OPENPOSE25
from .core.skeleton import PANOPTIC26 as PANOPTIC26
from .core.skeleton import PANOPTIC67 as PANOPTIC67
from .core.skeleton import SKELETONS as SKELETONS
from .core.skeleton import Skeleton as Skeleton
from .core.skeleton import get_skeleton as get_skeleton
from .core.skeleton import skeleton_parts as skeleton_parts
from .datasets.canonical import prepare as prepare
from .datasets.multiview import triangulate as triangulate
from .datasets.multiview_inputs import read_views as read_views
from .datasets.simulated import generate as generate
from .errors import InputError as InputError
from .errors import InputWarning as InputWarning
from .evaluation.evaluate import test as test
from .filtering.interpolate import interpolate_gaps as interpolate_gaps
from .filtering.one_euro import OneEuro as OneEuro
from .filtering.one_euro import one_euro_filter as one_euro_filter
from .filtering.one_euro_stream import OneEuroStream as OneEuroStream
from .filtering.savitzky_golay import SavitzkyGolay as SavitzkyGolay
from .filtering.savitzky_golay import savitzky_golay_filter as savitzky_golay_filter
from .geometry.canonical_frame import rotate_skeleton as rotate_skeleton
from .geometry.canonical_scale import scale_axes as scale_axes
from .io import read as read
from .io import read_all as read_all
from .io import read_arrays as read_arrays
from .io import write as write
from .io import write_arrays as write_arrays
from .io.calibration.calibration_reader import read_calibration as read_calibration
from .lifting.lifter import Lifter as Lifter
from .lifting.lifter import load as load
from .lifting.stream import Stream as Stream
from .model.depth_lstm import DepthLSTM as DepthLSTM
from .model.export import export_run as export_run
from .samples import sample_path as sample_path
from .training.config import Hardware as Hardware
from .training.config import TrainConfig as TrainConfig
from .training.fit import train as train
from .training.test_epoch import test_epoch as test_epoch
from .training.train_epoch import train_epoch as train_epoch
from .visualization import plot_3D_skeleton as plot_3D_skeleton

__version__: str
