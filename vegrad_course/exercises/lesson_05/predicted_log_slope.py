"""predicted_log_slope(sigma_w2, sigma_b2, f, df): decades per layer, from the fixed point alone."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import squared_gain
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = (
        "It is half the log10 of chi, and chi is sigma_w2 times the mean of the squared slopes at "
        "the fixed point."
    )
    for name, sigma_w2, sigma_b2 in (
        ("tanh", 0.5, 0.05),
        ("tanh", 1.4, 0.05),
        ("tanh", 2.5, 0.05),
        ("tanh", 1.8, 0.4),
        ("sigmoid", 4.0, 0.1),
    ):
        sigma_w2 = float(np.round(sigma_w2 * rng.uniform(0.96, 1.04), 3))
        inputs = {"sigma_w2": sigma_w2, "sigma_b2": sigma_b2, "f": name, "df": name}
        yield Case(f"{name}, sigma_w2 = {sigma_w2}, sigma_b2 = {sigma_b2}", inputs, expect)


def judge(case, outputs):
    chi = squared_gain(case["sigma_w2"], case["sigma_b2"], case["f"])
    return compare(outputs, 0.5 * np.log10(chi), rtol=2e-3, atol=2e-4)


def missing_half(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return np.log10(chi)


def q_is_one(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return 0.5 * np.log10(chi)


def natural_log(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return 0.5 * np.log(chi)


def natural_log_without_the_half(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return np.log(chi)


def chi_itself(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return chi


def factor_per_layer(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return np.sqrt(chi)


def wrong_sign(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return -0.5 * np.log10(chi)


def forgets_the_weights(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return 0.5 * np.log10(chi)


def square_of_the_mean_slope(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u)) ** 2
    return 0.5 * np.log10(chi)


def mean_slope_not_squared(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u))
    return 0.5 * np.log10(chi)


def slope_at_zero(sigma_w2, sigma_b2, f, df):
    return 0.5 * np.log10(sigma_w2 * float(df(np.array(0.0))) ** 2)


def value_for_slope(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2)
    return 0.5 * np.log10(chi)


def bias_in_chi(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2) + sigma_b2
    return 0.5 * np.log10(chi)


def root_inside(sigma_w2, sigma_b2, f, df):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    chi = sigma_w2 * np.sum(weights * df(np.sqrt(q) * u) ** 2)
    return np.log10(np.sqrt(chi))


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Three steps: the variance at which the layers settle, then chi there, then from a squared "
        "norm to a slope on our axes.",
        "Your `fixed_point` gives q. Your `gaussian_mean` of `lambda z: df(z) ** 2` at that q, "
        "times sigma_w2, is chi.",
        "chi multiplies the squared norm. The log10 of the norm is half the log10 of the squared "
        "norm: return `0.5 * np.log10(chi)`.",
    ),
    misconceptions=(
        Misconception(
            missing_half,
            "Your slope is twice too steep. chi is the factor of the squared norm; the norm itself "
            "changes by its root, so half of the logarithm is due.",
        ),
        Misconception(
            q_is_one,
            "You took q = 1 in place of the fixed point. After a few layers the variance has "
            "settled at q*, and the slopes f'(z) are those of a z with that variance. Call your "
            "`fixed_point` first.",
        ),
        Misconception(
            natural_log,
            "You took the natural logarithm, as the papers do. Our axes count in decades: use "
            "`np.log10`. Your number is ln 10 = 2.303 times too large.",
        ),
        Misconception(
            natural_log_without_the_half,
            "Two things at once: your logarithm is natural where log10 is due, and the half is "
            "missing, since chi is the factor of the squared norm.",
        ),
        Misconception(
            chi_itself,
            "You returned chi, the factor of the squared norm per layer. The slope of log10 of the "
            "norm is asked for: half the log10 of chi.",
        ),
        Misconception(
            factor_per_layer,
            "You returned the factor of the norm per layer. Its log10 is asked for.",
        ),
        Misconception(
            wrong_sign,
            "Your sign is turned round. On our axes a vanishing gradient has a negative slope: "
            "log10 of a chi below 1 is negative already.",
        ),
        Misconception(
            forgets_the_weights,
            "sigma_w2 is missing: the slopes shrink the gradient, and the weights multiply it.",
        ),
        Misconception(
            square_of_the_mean_slope,
            "You averaged the slopes and squared afterwards. A squared norm is a sum of squares: "
            "square each slope first, then average.",
        ),
        Misconception(
            mean_slope_not_squared,
            "You averaged the slopes themselves. chi is about the squared norm, so each slope "
            "counts squared.",
        ),
        Misconception(
            slope_at_zero,
            "You used the slope at z = 0 for all units. That is right only while z is tiny. At the "
            "fixed point many units sit where the curve is flatter: average over them.",
        ),
        Misconception(
            value_for_slope,
            "You averaged f squared, the activations. A gradient is multiplied by slopes: use df.",
        ),
        Misconception(
            bias_in_chi,
            "You added sigma_b2. A bias moves z, and so the fixed point, but the gradient does not "
            "pass through it: chi holds the weights and the slopes only.",
        ),
    ),
    alternatives=(root_inside,),
)
