"""The gradient check's figure against the reference and against Taylor's theorem."""

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.reference.smooth import sigmoid_grad
from vegrad_course.scenes.gradient_check import FUNCTIONS, STEPS, errors

FIGURE = scenes.figure("gradient_check")
XS = FIGURE.controls[1].positions()


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("x", XS)
def test_the_formulas_of_the_derivatives_are_right(function, x):
    f, slopes = FUNCTIONS[function]
    first, second, third = slopes(x)
    h = 1e-3
    ahead, here, back = f(x + h), f(x), f(x - h)
    far = f(x + 2 * h) - f(x - 2 * h)
    assert first == pytest.approx((ahead - back) / (2 * h), rel=2e-6, abs=1e-6)
    assert second == pytest.approx((ahead - 2 * here + back) / h**2, rel=1e-5, abs=1e-5)
    assert third == pytest.approx((far - 2 * (ahead - back)) / (2 * h**3), rel=1e-4, abs=1e-4)
    assert FUNCTIONS["sigmoid"][1](x)[0] == sigmoid_grad(x)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("x", XS)
@pytest.mark.parametrize("float32", [False, True])
def test_the_error_lies_on_taylor_to_the_right_and_below_rounding_to_the_left(function, x, float32):
    data = FIGURE.scene(function=function, x=x, float32=float32).data
    grid = np.log10(STEPS)
    taylor = {name: 10 ** np.interp(grid, [-14, 0], np.log10(data[name]))
              for name in ("square", "linear", "rounding")}  # fmt: skip
    for measured, line in (("central", "square"), ("forward", "linear")):
        clear = (taylor[line] > 100 * taylor["rounding"]) & (STEPS < 0.02)
        np.testing.assert_allclose(data[measured][clear], taylor[line][clear], rtol=0.05)
        left = taylor["rounding"] > 100 * taylor[line]
        whole = np.minimum(4 * taylor["rounding"], 30)
        assert np.all(data[measured][left] <= whole[left])


def test_the_best_step_is_the_lessons_and_moves_with_float32():
    wide, narrow = FIGURE.scene(), FIGURE.scene(float32=True)
    assert 1e-6 <= wide.data["best"] <= 1e-4 and wide.data["most"] > 10
    assert 1e-3 <= narrow.data["best"] <= 1e-1 and 4 < narrow.data["most"] < 7
    assert wide.data["digits"] == pytest.approx(-np.log10(wide.data["mine"][0]))
    step = np.array([1e-10])
    assert wide.data["mine"] == errors("sigmoid", 0.7, step, np.float64)[0]


def test_a_step_that_does_not_move_x_measures_nothing():
    data = FIGURE.scene(x=2.7, float32=True, eps=1e-10).data
    assert data["mine"] == 1.0 and data["digits"] == 0.0
