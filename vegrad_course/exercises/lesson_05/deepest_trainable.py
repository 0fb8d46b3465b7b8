"""deepest_trainable: 6 xi, the depth up to which a tanh network is expected to train."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import squared_gain
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value
from vegrad_course.exercises.variants import varied

SIGMA_B2 = 0.05
XI = {1.39: 10.374, 1.2: 5.9445, 1.3: 7.8341, 1.45: 12.862}  # as the judge finds it, for mistakes


@varied(sigma_w2=tuple(XI))
def exercise(sigma_w2):
    def cases(rng):
        expect = f"It is 6 / |ln chi|, with chi at the fixed point for sigma_w2 = {sigma_w2:g}."
        yield Case(f"tanh, sigma_w2 = {sigma_w2:g}, sigma_b2 = {SIGMA_B2:g}", {}, expect)

    def judge(case, outputs):
        chi = squared_gain(sigma_w2, SIGMA_B2, "tanh")
        return compare(outputs, 6 / abs(np.log(chi)), rtol=0.02)

    xi = XI[sigma_w2]
    return Exercise(
        points=1,
        cases=cases,
        judge=judge,
        collect=value,
        hints=(
            "First chi at your sigma_w2 and sigma_b2 = 0.05, from the figure or from your own "
            "functions.",
            "xi is 1 / |ln chi|, with the natural logarithm. The figure shows it too.",
            "Your `predicted_log_slope` s is half the log10 of chi, so ln chi is "
            "2 * s * np.log(10). Take 6 over its size.",
        ),
        misconceptions=(
            Misconception(
                xi,
                "This is xi itself, the depth over which the squared norm shrinks by a factor of "
                "e. The rule of thumb is six times that.",
                name="xi itself",
                rtol=0.04,
            ),
            Misconception(
                12 * xi,
                "This is twice too deep. You used the slope of the norm, half of ln chi. The depth "
                "scale is 1 / |ln chi|, without the half.",
                name="with the half",
                rtol=0.03,
            ),
            Misconception(
                6 * np.log(10) * xi,
                "You took log10 of chi. The depth scale is defined with the natural logarithm.",
                name="log10",
                rtol=0.03,
            ),
            Misconception(
                21.76,
                f"This is the depth for sigma_w2 = 1.0. The question asks for {sigma_w2:g}, closer "
                "to the edge.",
                name="another variance",
                rtol=0.03,
            ),
            Misconception(
                12 * np.log(10) * xi,
                "Two things at once: you took log10 of chi, and half of it. The depth scale is "
                "1 / |ln chi|.",
                name="log10 with the half",
                rtol=0.03,
            ),
        ),
        alternatives=(round(6 * xi), round(6 * xi, 2), 6 * round(xi, 1)),
    )
