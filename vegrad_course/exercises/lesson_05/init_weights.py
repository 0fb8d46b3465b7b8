"""init_weights(fan_in, fan_out, scheme, distribution, rng): Xavier, He and LeCun, two ways."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain, to_arrays

WITHIN = {"normal": 0.6827, "uniform": 0.5774}  # share closer to 0 than one standard deviation
NEAR = "share of weights within one standard deviation"
AGAIN = "same weights from the same seed"
FAN_IN, FAN_OUT = 160, 360


def cases(rng):
    for scheme in ("xavier", "he", "lecun"):
        for distribution in ("normal", "uniform"):
            inputs = {
                "fan_in": FAN_IN,
                "fan_out": FAN_OUT,
                "scheme": scheme,
                "distribution": distribution,
                "seed": int(rng.integers(10_000)),
            }
            yield Case(f"{scheme}, {distribution}", inputs, EXPECT[scheme])


EXPECT = {
    "xavier": "The variance of the weights is 2 / (fan_in + fan_out).",
    "he": "The variance of the weights is 2 / fan_in.",
    "lecun": "The variance of the weights is 1 / fan_in.",
}


def collect(answer, case):
    """What can be said of the weights of two layers, drawn one after the other."""
    rng = np.random.default_rng(case["seed"])
    names = ("fan_in", "fan_out", "scheme", "distribution")
    asked = [case[name] for name in names]
    first, second = (_weights(answer(*asked, rng)) for _ in range(2))
    again = _weights(answer(*asked, np.random.default_rng(case["seed"])))
    return {
        AGAIN: np.array_equal(first, again),
        "shape of the weights": first.shape,
        "standard deviation": first.std(),
        "mean, in standard deviations,": np.round(first.mean() / first.std(), 1),
        NEAR: np.mean(np.abs(first - first.mean()) < first.std()),
        "correlation of two layers": np.round(np.corrcoef(first.ravel(), second.ravel())[0, 1], 1),
    }


def _weights(returned):
    weights = to_arrays(returned)["result"]
    if weights.dtype.kind != "f" or weights.ndim != 2:
        raise NotPlain(
            f"Return a matrix of decimal numbers, one row per output; an array of shape "
            f"{weights.shape} and dtype {weights.dtype} came back."
        )
    if not np.isfinite(weights).all() or np.ptp(weights) == 0:
        raise NotPlain("Your weights hold a NaN, or are all the same. Draw them with `rng`.")
    return weights


def judge(case, outputs):
    variance = {
        "xavier": 2 / (case["fan_in"] + case["fan_out"]),
        "he": 2 / case["fan_in"],
        "lecun": 1 / case["fan_in"],
    }[case["scheme"]]
    expected = {  # with the tolerance that 57,600 draws need
        "mean, in standard deviations,": (0.0, 0),
        "standard deviation": (np.sqrt(variance), 0.02),
        NEAR: (WITHIN[case["distribution"]], 0.025),
        "correlation of two layers": (0.0, 0),
    }
    return first_problem(
        _shape(tuple(int(size) for size in outputs["shape of the weights"]), case),
        *(
            compare(outputs, due, part=part, rtol=rtol, atol=1e-9)
            for part, (due, rtol) in expected.items()
        ),
        _from_rng(outputs[AGAIN]),
    )


def _shape(came, case):
    due = (case["fan_out"], case["fan_in"])
    if came == due:
        return PASSED
    return failed("shape", f"your matrix has shape {came}; the shape must be {due}.")


def _from_rng(same):
    if same:
        return PASSED
    return failed(
        "value",
        "two calls, with generators of the same seed, gave different weights. So they were not "
        "drawn with the `rng` that came in.",
    )


def fan_out_for_fan_in(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_out, "lecun": 1 / fan_out}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def variance_for_standard_deviation(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = variance
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def uniform_without_root_3(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def bound_3_for_root_3(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = 3 * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def no_relu_gain(fan_in, fan_out, scheme, distribution, rng):
    variance = 2 / (fan_in + fan_out) if scheme == "xavier" else 1 / fan_in
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def root_2_for_2(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 4 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def xavier_without_the_2(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 1 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def same_seed_in_every_layer(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    own = np.random.default_rng(0)
    std = np.sqrt(variance)
    if distribution == "normal":
        return own.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return own.uniform(-bound, bound, (fan_out, fan_in))


def uniform_from_zero(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_out, fan_in))
    bound = np.sqrt(3) * std
    return rng.uniform(0, bound, (fan_out, fan_in))


def always_normal(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    return rng.normal(0, np.sqrt(variance), (fan_out, fan_in))


def transposed(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    std = np.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0, std, (fan_in, fan_out))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def he_with_fan_out(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_out, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (fan_out, fan_in))
    bound = np.sqrt(3 * variance)
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def xavier_with_fan_in(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 1 / fan_in, "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (fan_out, fan_in))
    bound = np.sqrt(3 * variance)
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def variance_in_the_normal_draw(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, variance, (fan_out, fan_in))
    bound = np.sqrt(3 * variance)
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def bound_of_3_variances(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (fan_out, fan_in))
    bound = 3 * variance
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def bound_divided_by_root_3(fan_in, fan_out, scheme, distribution, rng):
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (fan_out, fan_in))
    bound = np.sqrt(variance / 3)
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def drawn_elsewhere(fan_in, fan_out, scheme, distribution, rng):
    own = np.random.default_rng()
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return own.normal(0, np.sqrt(variance), (fan_out, fan_in))
    bound = np.sqrt(3 * variance)
    return own.uniform(-bound, bound, (fan_out, fan_in))


def bounds_of_the_papers(fan_in, fan_out, scheme, distribution, rng):
    factor = {"xavier": fan_in + fan_out, "he": fan_in, "lecun": 2 * fan_in}[scheme]
    if distribution == "normal":
        return np.sqrt(2 / factor) * rng.standard_normal((fan_out, fan_in))
    return np.sqrt(6 / factor) * (2 * rng.random((fan_out, fan_in)) - 1)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "First the variance, from the table above the exercise. Then its root, the standard "
        "deviation. Then draw.",
        "`rng.normal(0, std, shape)` takes a standard deviation. For the uniform kind you need the "
        "bound b: numbers between -b and b have the variance b squared over 3.",
        "So b = sqrt(3) * std, and `rng.uniform(-b, b, shape)` draws. The shape is "
        "(fan_out, fan_in): one row per output. Always draw with the `rng` that comes in.",
    ),
    misconceptions=(
        Misconception(
            fan_out_for_fan_in,
            "You used fan_out where fan_in belongs. Going forward, fan_in products are added up "
            "for one output: it is their number that the variance must make up for. Xavier does "
            "not notice, since it uses the sum of both.",
            rtol=0.03,
        ),
        Misconception(
            variance_for_standard_deviation,
            "You drew with the variance where a standard deviation belongs, so your weights are "
            "far too small. Take the square root first.",
            rtol=0.03,
        ),
        Misconception(
            uniform_without_root_3,
            "Your uniform weights lie between -std and std. Their standard deviation is then only "
            "std / sqrt(3), since most of them are well inside. The bound must be sqrt(3) * std.",
            rtol=0.03,
        ),
        Misconception(
            bound_3_for_root_3,
            "Your uniform bound is 3 * std. The variance is the bound squared over 3, so it is the "
            "root of 3 that belongs there.",
            rtol=0.03,
        ),
        Misconception(
            no_relu_gain,
            "Your He weights have the variance 1 / fan_in. ReLU sets half of what arrives to 0; "
            "the 2 in 2 / fan_in makes up for it.",
            rtol=0.03,
        ),
        Misconception(
            root_2_for_2,
            "Your He weights are too large: their variance is 4 / fan_in. The 2 belongs to the "
            "variance. For the standard deviation take sqrt(2 / fan_in).",
            rtol=0.03,
        ),
        Misconception(
            xavier_without_the_2,
            "Your Xavier variance is 1 / (fan_in + fan_out). It is one over the mean of both, so "
            "2 / (fan_in + fan_out).",
            rtol=0.03,
        ),
        Misconception(
            same_seed_in_every_layer,
            "Two calls gave the same weights. A generator made inside the function starts afresh "
            "each time, so all layers of a network would be copies. Draw with the `rng` that "
            "comes in.",
            rtol=0.03,
        ),
        Misconception(
            uniform_from_zero,
            "Your uniform weights are all positive. They must spread around 0: from -b to b.",
            rtol=0.03,
        ),
        Misconception(
            always_normal,
            "You drew normal weights where uniform ones are asked for. Look at `distribution`.",
            rtol=0.03,
        ),
        Misconception(
            he_with_fan_out,
            "Your He weights have the variance 2 / fan_out. Going forward, fan_in products are "
            "added up for one output: take 2 / fan_in.",
            rtol=0.03,
        ),
        Misconception(
            xavier_with_fan_in,
            "Your Xavier weights have the variance 1 / fan_in. That is LeCun's. Xavier is a "
            "compromise with the way back: 2 / (fan_in + fan_out).",
            rtol=0.03,
        ),
        Misconception(
            variance_in_the_normal_draw,
            "Your uniform weights are right. `rng.normal` wants a standard deviation, and you gave "
            "it the variance: take the square root.",
            rtol=0.03,
        ),
        Misconception(
            bound_of_3_variances,
            "Your uniform bound is 3 times the variance. The variance is b squared over 3, so b is "
            "the root of that: sqrt(3 * variance).",
            rtol=0.03,
        ),
        Misconception(
            bound_divided_by_root_3,
            "Your uniform bound is the root of variance / 3. The variance is b squared over 3; "
            "solved for b, the 3 multiplies: sqrt(3 * variance).",
            rtol=0.03,
        ),
        Misconception(
            drawn_elsewhere,
            "You drew with `np.random`, or with a generator of your own. Then nobody can repeat "
            "the run. Draw with the `rng` that comes in: `rng.normal`, `rng.uniform`.",
            rtol=0.03,
        ),
        Misconception(
            transposed,
            "Your matrix is transposed. A layer is z = W a, so W has one row for each output: its "
            "shape is (fan_out, fan_in).",
            rtol=0.03,
        ),
    ),
    alternatives=(bounds_of_the_papers,),
    equivalent={
        f"return {draw} -> return -{draw}": "Symmetric around 0: minus such weights are as good."
        for draw in (
            "rng.normal(0, np.sqrt(variance), (fan_out, fan_in))",
            "rng.uniform(-bound, bound, (fan_out, fan_in))",
        )
    },
)
