"""Weights of 8 bits in a graph: a quarter of the memory that one frame has to be multiplied with.

A step multiplies each weight once, so that it takes as long as reading them from memory. Blocks of
32 weights share a scale. ONNX Runtime's MatMulNBits rounds blocks of the inputs in the same way, so
layers that see keypoints keep float32: 8 bits of a position are too few.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

#: Weights that share a scale. Smaller blocks are more exact and slower.
BLOCK = 32

#: The largest number of a weight, and the one that stands for 0.
_LARGEST, _ZERO = 127, 128

#: The level of MatMulNBits at which it computes with 8 bits.
_COMPUTE_8_BITS = 4


def round_weights(
    weight: NDArray[np.float32], block: int = BLOCK
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Round a matrix to 8 bits.

    Parameters
    ----------
    weight
        [N, K].
    block
        Weights that share a scale.

    Returns
    -------
    numbers
        [N, K / block, block], from 1 to 255, where 128 is 0; K is rounded up.
    scales
        [N, K / block], what each block is multiplied with.

    Examples
    --------
    >>> import numpy as np
    >>> numbers, scales = round_weights(np.array([[0.5, -1.27]], np.float32))
    >>> numbers[0, 0, :2].tolist(), round(float(scales[0, 0]), 4)
    ([178, 1], 0.01)
    """
    N, K = weight.shape
    blocks = -(-K // block)
    padded = np.zeros((N, blocks * block), np.float32)
    padded[:, :K] = weight
    padded = padded.reshape(N, blocks, block)
    scales = np.abs(padded).max(-1) / np.float32(_LARGEST)
    divisor = np.where(scales > 0, scales, np.float32(1))[..., None]
    numbers = np.rint(padded / divisor) + _ZERO
    return numbers.astype(np.uint8), scales


def store_eight_bits(model: onnx.ModelProto, exact: Collection[str], block: int = BLOCK) -> None:
    """Replace the matrices of a graph's linear layers by ones of 8 bits.

    Parameters
    ----------
    model
        The graph, whose linear layers are Gemm nodes; changed.
    exact
        Ends of the names of weights that stay as they are.
    block
        Weights that share a scale.
    """
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        weight = weights.get(node.input[1]) if node.op_type == "Gemm" else None
        if weight is None or not _is_layer(node) or weight.name.endswith(tuple(exact)):
            nodes.append(node)
            continue
        nodes.append(_replace(node, weight, graph, block))
    del graph.node[:]
    graph.node.extend(nodes)
    model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))


def _is_layer(node: onnx.NodeProto) -> bool:
    """Return True for a Gemm of a linear layer, whose weight is [N, K]."""
    return any(attribute.name == "transB" and attribute.i for attribute in node.attribute)


def _replace(
    node: onnx.NodeProto, weight: onnx.TensorProto, graph: onnx.GraphProto, block: int
) -> onnx.NodeProto:
    """Return the node that a Gemm is replaced by, and replace its weight."""
    name = weight.name
    N, K = weight.dims
    numbers, scales = round_weights(onnx.numpy_helper.to_array(weight), block)
    graph.initializer.remove(weight)
    arrays: dict[str, NDArray[Any]] = {
        f"{name}.numbers": numbers,
        f"{name}.scales": scales.reshape(-1),
    }
    for key, array in arrays.items():
        graph.initializer.append(onnx.numpy_helper.from_array(array, key))
    return onnx.helper.make_node(
        "MatMulNBits",
        [node.input[0], *arrays, "", "", node.input[2]],
        node.output,
        name=node.name,
        domain="com.microsoft",
        K=K,
        N=N,
        bits=8,
        block_size=block,
        accuracy_level=_COMPUTE_8_BITS,
    )
