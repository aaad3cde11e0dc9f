import torch
from torch import nn

from signlift.model.selections import (
    apply_to_parts,
    coordinates,
    differences,
    on_both_axes,
    selection_by_products,
    take,
    zero_missing,
)


def both(function, *arguments):
    """Return what a function computes by indices and by products."""
    by_index = function(*arguments)
    with selection_by_products():
        return by_index, function(*arguments)


def test_products_select_the_same_numbers():
    values, points = torch.randn(7, 5), torch.randn(7, 5, 2)
    for by_index, by_products in (
        both(take, values, (3, 0, 3)),
        both(coordinates, points, (4, 1)),
        both(differences, points, (4, 1), (0, 2)),
        both(on_both_axes, values),
    ):
        for first, second in zip(by_index, by_products, strict=True):
            assert torch.equal(first, second)


def test_a_point_is_missing_if_one_of_its_coordinates_is():
    points = torch.randn(4, 3, 2)
    points[1, 2, 0] = points[2, 0, 1] = points[3] = torch.nan
    (known, observed), (product, counted) = both(zero_missing, points)
    assert torch.equal(known, product) and torch.equal(observed, counted)
    assert observed.tolist() == [[1, 1, 1], [1, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert known[1, 2].tolist() == [0, 0] and torch.equal(known[0], points[0])


def test_layers_take_vectors_in_parts():
    layers = nn.Sequential(nn.Linear(5, 4), nn.SiLU())
    parts = torch.randn(6, 2), torch.randn(6, 3)
    by_index, by_products = both(apply_to_parts, layers, *parts)
    torch.testing.assert_close(by_index, by_products)


def test_nothing_is_selected_by_products_afterwards():
    with selection_by_products():
        pass
    assert take(torch.tensor([[1.0, torch.nan]]), (0,)).tolist() == [[1]]
