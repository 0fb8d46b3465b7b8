# %% [markdown]
# # 06 · Activations and their gain
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# Nearly every list of cures says: *use another activation, such as ReLU.* It is good advice, and only half of it. Which one? What weight scale does it need? And what can go wrong with ReLU itself?
#
# **When you finish you can**
# - write the slope of six activations, and say what it is at a kink;
# - compute the gain that an activation needs, by an average over a normal distribution;
# - judge a published claim about leaky ReLU by your own measurement;
# - count dead units, and tell them from units that only rest;
# - predict how fast the gradient dies in 30 ReLU layers with Xavier weights, and cure it.
#
# **You need** lesson 03 (weight scale) and lesson 05 (Xavier and He). **Time:** about 70 minutes.

# %%
from itertools import pairwise
from math import erfc

import numpy as np
import torch

from vegrad_course import check, hint, plots, progress, reference
from vegrad_course.datasets import digits
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. Why not sigmoid?
#
# A gradient that goes back through a unit is multiplied by the slope of its activation. The sigmoid's slope is at most 1/4, and close to 0 for large $|z|$ on both sides: it **saturates**. ReLU, $\max(0, z)$, has slope exactly 1 for every $z > 0$, however large. Many other activations keep this right side, and differ on the left:
#
# | name | $z > 0$ | $z \le 0$ |
# |:--|:--|:--|
# | ReLU | $z$ | $0$ |
# | leaky ReLU | $z$ | $0.01\,z$ |
# | ELU | $z$ | $e^z - 1$ |
# | SELU | $S\,z$ | $S A\,(e^z - 1)$ |
# | SiLU (swish) | $z\,\sigma(z)$ | $z\,\sigma(z)$ |
# | GELU | $z\,\Phi(z)$ | $z\,\Phi(z)$ |
#
# $\sigma$ is the sigmoid. $\Phi(z)$ is the share of a standard normal sample that lies below $z$. $S = 1.0507$ and $A = 1.6733$ are two fixed numbers. (The names in code are `relu`, `leaky_relu`, `elu`, `selu`, `silu`, `gelu`.)
#
# **Predict:** a product of 30 slopes, all at $z = 2$. How large is it for the sigmoid, for ReLU, and for GELU?

# %%
NUDGE, product = 1e-6, {}
for name in ("sigmoid", "relu", "gelu"):
    f = reference.activation(name).value
    slope = (f(2 + NUDGE) - f(2 - NUDGE)) / (2 * NUDGE)
    product[name] = slope**30
    print(f"{name:8} slope at z = 2: {slope:.3f}   to the power of 30: {product[name]:.2g}")
assert product["sigmoid"] < 1e-29 and np.isclose(product["relu"], 1) and product["gelu"] > 10

# %% [markdown]
# Look at the right of the figure: all new slopes come close to 1, but for SELU's, which stays at 1.05. GELU and SiLU are above 1 on the way. The large differences are on the left. **Predict:** which of them have slope **exactly** 0 there? Is any slope negative?

# %%
z = np.linspace(-5, 4, 901)
slopes = {}
fig, ax = plots.axes(
    "Slopes: alike on the right, different on the left", "pre-activation z", "slope"
)
for name, line in (
    ("sigmoid", ":"),
    ("relu", "-"),
    ("leaky_relu", "--"),
    ("elu", "-."),
    ("selu", (0, (5, 1, 1, 1, 1, 1))),
    ("silu", "--"),
    ("gelu", "-"),
):
    color = "0.5" if name == "sigmoid" else None
    slopes[name] = np.gradient(reference.activation(name).value(z), z)
    ax.plot(z, slopes[name], linestyle=line, color=color, label=name)
ax.legend(loc="upper left")
left = z < -0.02
assert [name for name in slopes if np.all(slopes[name][left] == 0)] == ["relu"]
assert [name for name in slopes if slopes[name].min() < -1e-9] == ["silu", "gelu"]
assert abs(slopes["gelu"].min() + 0.13) < 0.005 and abs(slopes["silu"].min() + 0.10) < 0.005
assert abs(slopes["selu"][-1] - 1.0507) < 1e-4 and np.all(slopes["elu"] > 0)
plots.show(
    fig,
    alt="Slopes of seven activations against z. The sigmoid stays below 0.25. The six others come near 1 on the right; on the left ReLU is 0, leaky ReLU is 0.01, and ELU fades. SELU jumps at 0 from 1.76 on the left to 1.05 on the right, and fades too. GELU and SiLU dip below 0, and come back towards it.",
)

# %% [markdown]
# Only ReLU has slope exactly 0 on the whole left. Leaky ReLU keeps 0.01. ELU and SELU fade, and never reach 0. GELU and SiLU go through 0 at one point, and to the left of it their slope is **negative**, down to -0.13 and -0.10: there the function falls while $z$ rises. A negative slope passes a gradient on too, with the sign turned.

# %% [markdown]
# ### At the kink
#
# ReLU has no slope at $z = 0$: from the left it is 0, from the right 1. A program must return *something*. PyTorch takes the side $z \le 0$. So does this course. In practice $z$ is almost never exactly 0 (unless a layer gives out nothing but zeros), and the choice matters little. But two programs that are compared must make the same one.

# %%
for name in ("relu", "leaky_relu", "elu", "selu"):
    at_zero = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    getattr(torch.nn.functional, name)(at_zero).sum().backward()
    print(f"{name:10} slope at exactly 0, by PyTorch: {at_zero.grad.item():.4f}")
    from_the_left = {"relu": 0, "leaky_relu": 0.01, "elu": 1, "selu": 1.0507 * 1.6733}[name]
    assert np.isclose(at_zero.grad.item(), from_the_left, rtol=1e-3)

# %% [markdown]
# ### Exercise 1 · `activation_grad(name, z)`
#
# Return the slope at each entry of the array `z`, for the six names of the table. At $z = 0$ take the left side. `z` may hold numbers as large as 900 in size: no overflow, no warning.
#
# The cell gives you `ALPHA` and `SCALE` (for SELU), `sigmoid(z)`, `normal_cdf(z)`, which is $\Phi$, and its slope `normal_density(z)`. You know the slope of the sigmoid $\sigma$ from lesson 01. An answer is your own code: it uses numpy and the cells of this notebook, not `reference`, which holds the course's answers.

# %% exercise="activation_grad"
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805


def sigmoid(z):
    """1 / (1 + e^-z), in a form that cannot overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def normal_density(z):
    """The density of a standard normal z."""
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def normal_cdf(z):
    """The chance that a standard normal number is below z."""
    return np.vectorize(erfc, otypes=[float])(-z / np.sqrt(2)) / 2


def activation_grad(name, z):
    """The slope of the activation `name` at each entry of the array z; same shape as z."""
    ### BEGIN SOLUTION
    left = np.exp(np.minimum(z, 0))
    table = {
        "relu": np.where(z > 0, 1.0, 0.0),
        "leaky_relu": np.where(z > 0, 1.0, 0.01),
        "elu": np.where(z > 0, 1.0, left),
        "selu": SCALE * np.where(z > 0, 1.0, ALPHA * left),
        "silu": sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z)),
        "gelu": normal_cdf(z) + z * normal_density(z),
    }
    return table[name]
    ### END SOLUTION


# %% check="activation_grad"
check(activation_grad)

# %% [markdown]
# ## 2. An average over a normal z
#
# In a wide layer with random weights, $z$ is a sum of many small terms, and so it is nearly normal. To predict what an activation does to such a layer, we need averages: the mean of $f(z)$ over all standard normal $z$, written $\mathbb{E}[f(z)]$.
#
# You could draw a million numbers. It is better to do it exactly: each $z$ counts as often as it comes, and that is the **density** $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$. So
#
# $$\mathbb{E}[f(z)] = \int f(z)\,\varphi(z)\,dz .$$
#
# An integral is an area. On a fine grid it is a sum; computing it like this is called **quadrature**. The density beyond $|z| = 8$ is smaller than $10^{-14}$: nothing is lost.
#
# ### Exercise 2 · `normal_average(f)`
#
# Return $\mathbb{E}[f(z)]$, one number, right to six digits: use the grid, not random numbers. `f` takes an array and returns an array. The grid is given, and so is `normal_density(z)`, in the cell of exercise 1; `np.trapezoid(y, z)` is the area under the points.


# %% exercise="normal_average"
def normal_average(f):
    """The mean of f(z) over a standard normal z."""
    z = np.linspace(-8, 8, 16_001)
    ### BEGIN SOLUTION
    return np.trapezoid(f(z) * normal_density(z), z)
    ### END SOLUTION


# %% check="normal_average"
check(normal_average)

# %% [markdown]
# Two witnesses: a million random numbers, and the sure fact that $\mathbb{E}[z^2] = 1$.

# %%
sample = np.random.default_rng(0).normal(size=1_000_000)
print(f"E[z²]     yours {normal_average(np.square):.5f}   sample {np.mean(sample**2):.5f}")
print(
    f"E[relu]   yours {normal_average(reference.relu):.5f}   sample {reference.relu(sample).mean():.5f}"
)
assert abs(normal_average(np.square) - 1) < 1e-3 and normal_density(8.0) < 1e-14
assert abs(normal_average(reference.relu) - reference.relu(sample).mean()) < 0.005

# %% [markdown]
# ## 3. The gain
#
# A layer gives $z' = W f(z)$. Each entry of $z'$ is a sum of $n$ products, weight times activation. The weights have mean 0 and variance $g^2/n$; the number $g$ is the **gain**. Weights and activations are independent, so the variances of the $n$ products add up:
#
# $$\operatorname{Var}(z') = n \cdot \frac{g^2}{n}\,\mathbb{E}\bigl[f(z)^2\bigr] = g^2\,\mathbb{E}\bigl[f(z)^2\bigr]$$
#
# Look closely: it is the mean of the **squares**, the second moment of $f(z)$. The mean of $f(z)$ is *not* taken away. A weight of random sign cannot tell an activation that is large on average from one that varies.
#
# If $z$ comes in with variance 1, and $z'$ is to have variance 1 too, what must $g$ be?
#
# ### Exercise 3 · `gain_for(f)`
#
# Return this gain for the activation `f`. Your `normal_average` is at hand.


# %% exercise="gain_for"
def gain_for(f):
    """The gain g with g² E[f(z)²] = 1, for a standard normal z."""
    ### BEGIN SOLUTION
    return 1 / np.sqrt(normal_average(lambda z: f(z) ** 2))
    ### END SOLUTION


# %% check="gain_for"
check(gain_for)

# %% [markdown]
# ### The way back
#
# The gradient goes back through the same weights, and is multiplied by slopes in place of values. Its squared norm is multiplied by $\chi = g^2\,\mathbb{E}[f'(z)^2]$ per layer (lesson 05). So your `gain_for`, given $f'$ in place of $f$, returns the gain that keeps the **gradient**.
#
# **Predict:** is it the same gain? If the two differ, you can keep the signal or the gradient, but not both. (The slopes of the six activations in the table are yours, from Exercise 1.)

# %%
names = ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")
forward = {name: gain_for(reference.activation(name).value) for name in names}
backward = {name: gain_for(lambda z, name=name: activation_grad(name, z)) for name in names[:6]}
backward |= {"tanh": gain_for(reference.tanh_grad), "sigmoid": gain_for(reference.sigmoid_grad)}
per_layer = {name: np.log10(forward[name] / backward[name]) for name in names}

print("            gain for     gain for       with the first gain, the gradient")
print("            the signal   the gradient   changes per layer by (decades)")
for name in names:
    print(
        f"{name:12}{forward[name]:8.3f}{backward[name]:13.3f}{per_layer[name]:+17.3f}"
        f"   after 100 layers: 10^{100 * per_layer[name]:+.1f}"
    )
assert abs(forward["relu"] - np.sqrt(2)) < 0.002 and abs(per_layer["relu"]) < 1e-3
assert abs(forward["selu"] - 1) < 0.002 and abs(forward["tanh"] - 1.593) < 0.003
assert abs(forward["gelu"] - 1.534) < 0.003 and abs(forward["silu"] - 1.677) < 0.003
assert all(0 < per_layer[name] < 0.04 for name in ("elu", "selu", "gelu", "silu", "tanh"))
assert abs(forward["tanh"] / backward["tanh"] - 1.09) < 0.006
assert (
    max(per_layer, key=per_layer.get) == "tanh" and abs(10 ** (10 * per_layer["tanh"]) - 2.3) < 0.1
)
assert abs(backward["sigmoid"] / forward["sigmoid"] - 2.56) < 0.01
assert abs(per_layer["sigmoid"] + 0.41) < 0.005

# %% [markdown]
# Three families:
# - **ReLU and leaky ReLU**: one gain keeps both. They are made of two straight lines through 0, so $f(z) = z f'(z)$, and the two averages are equal.
# - **ELU, SELU, GELU, SiLU, tanh**: the gains differ by less than 10%; tanh differs most, by 9%. With the gain for the signal, the gradient grows slowly. Over 10 layers that is a factor of 2.3 at most. Over 100 it matters: read the last column.
# - **sigmoid**: the gains differ by a factor of 2.56. Keep the signal, and the gradient loses 0.41 decades in *each* layer. Here no gain helps. That is the exact form of the advice "use ReLU instead of sigmoid".

# %% [markdown]
# ### Exercise 4 · `leaky_gain(a)`
#
# For leaky ReLU with slope `a` on the left, you can do the average on paper. Half of all $z$ are positive. What does each half give to $\mathbb{E}[f(z)^2]$? Return the gain as a formula in `a`.


# %% exercise="leaky_gain"
def leaky_gain(a):
    """The gain of leaky ReLU with negative slope a."""
    ### BEGIN SOLUTION
    return np.sqrt(2 / (1 + a**2))
    ### END SOLUTION


# %% check="leaky_gain"
check(leaky_gain)

# %% [markdown]
# PyTorch has a table of gains, `torch.nn.init.calculate_gain`. Compare it with yours.

# %%
for a in (0.01, 0.1, 0.3):
    theirs = torch.nn.init.calculate_gain("leaky_relu", a)
    print(f"leaky ReLU, a = {a:4}   PyTorch {theirs:.4f}   yours {leaky_gain(a):.4f}")
    assert np.isclose(theirs, leaky_gain(a))
for name in ("relu", "tanh", "selu"):
    theirs = torch.nn.init.calculate_gain(name)
    print(
        f"{name:20}   PyTorch {theirs:.4f}   yours {gain_for(reference.activation(name).value):.4f}"
    )
assert (
    torch.nn.init.calculate_gain("tanh") == 5 / 3 and torch.nn.init.calculate_gain("selu") == 0.75
)

# %% [markdown]
# For the rectifiers they agree. For tanh PyTorch says 5/3, and yours is 1.593. For SELU it says 3/4, and yours is 1. Yours keep the variance of $z$ at 1 in wide layers; the others are conventions. A library's number is a proposal: compute your own, and measure.
#
# ### Move it: 40 layers of anything
#
# Now watch signal and gradient together, through 40 layers of width 100. (The first layer takes the data, of mean square 1, and so has the gain 1.)
#
# **Predict before you move:** choose `sigmoid`. Is there any gain at which the gradient holds? Then choose `tanh`, with gain 2.5: does the *signal* explode?

# %%
live("activation_gain")

# %%
sigmoids = [
    live("activation_gain", activation="sigmoid", gain=g).compute()["total"]
    for g in (0.5, 1, 1.5, 2, 2.5)
]
loud_tanh = live("activation_gain", activation="tanh", gain=2.5).compute()
print("sigmoid, log10 of what is left of the gradient:", np.round(sigmoids, 1))
print(
    f"tanh at gain 2.5: signal 10^{loud_tanh['left']:+.1f}, gradient 10^{loud_tanh['total']:+.1f}"
)
assert max(sigmoids) < -10
assert abs(loud_tanh["left"]) < 1 < 2 < loud_tanh["total"]

# %% [markdown]
# For the sigmoid no gain on the slider keeps even a ten-billionth of the gradient. And tanh at gain 2.5 shows that a calm signal proves nothing: tanh squashes whatever comes, so the signal cannot explode. The gradient can, and does.
#
# ### Does the gain forgive?
#
# The gain was computed for $\operatorname{Var}(z) = 1$. Real layers miss that a little: their width is finite. Suppose $\operatorname{Var}(z)$ comes in as 1.1 in place of 1. **Predict:** is the excess of 10% larger or smaller one layer later?

# %%
print("an excess of 10% in Var(z) becomes, after one layer")
excess = {}
for name in names:
    f = reference.activation(name).value
    second_moment = normal_average(lambda z, f=f: f(np.sqrt(1.1) * z) ** 2)
    excess[name] = gain_for(f) ** 2 * second_moment - 1
    print(f"  {name:12}{100 * excess[name]:5.1f}%")
assert abs(excess["relu"] - 0.1) < 0.001
assert excess["gelu"] > 0.11 and excess["silu"] > 0.11
assert excess["tanh"] < 0.07 and excess["selu"] < 0.08

too_much = 1.7 / forward["silu"]
steady = 39 * np.log10(too_much)
shown = live("activation_gain", activation="silu", gain=1.7).compute()["left"]
print(f"SiLU at gain 1.7, {too_much - 1:.1%} too much: 39 layers of that make {steady:.2f} decades")
print(f"the figure above shows {shown:.1f} decades")
assert abs(too_much - 1.014) < 0.001 and abs(steady - 0.24) < 0.01 and abs(shown - 2.5) < 0.1

# %% [markdown]
# tanh, SELU, ELU and the sigmoid pull back: their variance settles. ReLU keeps whatever comes. **GELU and SiLU push away**: a small excess grows from layer to layer, and a small lack too. So a deep stack of them does not stay at 1, even with the right gain. You can see it above: set `silu` and a gain of 1.7. That is 1.4% too much, and in 39 layers this alone would make 0.24 decades. The signal grows by 2.5. In practice they are used together with normalisation (lesson 07) or skip connections (lesson 09), which hold the scale for them.
#
# ## 4. A textbook on trial
#
# Some published course material derives the gain of leaky ReLU like this: *the output of leaky ReLU has mean 0 for a standard normal input, so its variance is $(1 + a^2)/2$.* The reasoning looks clean, and the gain that follows from it works. Who is right?
#
# **Predict:** draw leaky ReLU with $a = 0.1$ in your mind. The right half is unchanged, the left half is squashed. Where is the mean?

# %%
leaky = reference.leaky_relu(sample, 0.1)
print(f"a million samples: mean {leaky.mean():.3f}, variance {leaky.var():.3f}")
print(f"the claim: mean 0, variance (1 + a²)/2 = {(1 + 0.1**2) / 2:.3f}")
assert abs(leaky.mean() - 0.359) < 0.003
assert abs(leaky.var() - 0.376) < 0.004

# %% [markdown]
# ### Exercise 5 · `leaky_moments(a)`
#
# Return two numbers, `mean, variance`, of leaky ReLU with slope `a` on the left, for a standard normal $z$. Use your `normal_average`, or find the formula.


# %% exercise="leaky_moments"
def leaky_moments(a):
    """Mean and variance of leaky ReLU (negative slope a) of a standard normal z."""

    ### BEGIN SOLUTION
    def leaky(z):
        return np.where(z > 0, z, a * z)

    mean = normal_average(leaky)
    return mean, normal_average(lambda z: leaky(z) ** 2) - mean**2
    ### END SOLUTION


# %% check="leaky_moments"
check(leaky_moments)

# %% [markdown]
# ### Exercise 6 · `claimed_number_is`
#
# So what *is* $(1 + a^2)/2$? Put in $a = 0.1$, and find the average that gives this number. Replace the dots with `"the mean"`, `"the variance"` or `"the second moment"`, in quotes, and delete the line `raise NotImplementedError()`.

# %% exercise="claimed_number_is"
claimed_number_is = ...
### BEGIN SOLUTION
claimed_number_is = "the second moment"
### END SOLUTION

# %% check="claimed_number_is"
check(claimed_number_is=claimed_number_is)

# %% [markdown]
# ### Does it matter?
#
# The claim has two mistakes that cancel: it takes the second moment for the variance, and then puts the "variance" where the second moment belongs. The gain comes out right. Someone who repairs only the first mistake, and uses the true variance, gets a wrong gain. **Predict:** too large or too small? And after 30 layers?

# %%
mean, variance = leaky_moments(0.1)
print(f"variance {variance:.3f}, plus mean squared {variance + mean**2:.3f}: the second moment")
assert abs(variance + mean**2 - 0.505) < 0.003
repaired = 1 / np.sqrt(variance)
print(f"gain by the second moment {leaky_gain(0.1):.3f}, by the variance {repaired:.3f}")


def log10_signal(gain, seed, n=300, L=30):
    """log10 of the size of z after L leaky layers, for an input of mean square 1."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    for W in reference.gaussian_layers(n, L, gain, rng):
        z = W @ reference.leaky_relu(z, 0.1)
    return 0.5 * np.log10(np.mean(z**2))


by_moment = np.median([log10_signal(leaky_gain(0.1), seed) for seed in range(9)])
by_variance = np.median([log10_signal(repaired, seed) for seed in range(9)])
predicted = 30 * np.log10(repaired / leaky_gain(0.1))
print(f"log10 of the signal after 30 layers: by the second moment {by_moment:+.2f}")
print(
    f"                                     by the variance {by_variance:+.2f}, predicted {predicted:+.2f}"
)
assert abs(repaired - 1.63) < 0.01 and abs(predicted - 1.92) < 0.03
assert abs(by_moment) < 0.5 and abs(by_variance - predicted) < 0.5
print(f"times: {10**by_variance:.0f} measured, {10**predicted:.0f} predicted")
assert abs(10**by_variance - 58) < 6 and abs(10**predicted - 83) < 6
assert abs(by_moment + 0.16) < 0.02

# %% [markdown]
# With the true variance the gain is 1.63 in place of 1.41, and the signal explodes: in 30 layers about 58 times measured, 83 predicted. (At the right gain the same draws lose 0.16 decades as well: 300 units are not infinitely wide.) The verdict: **the mean is not 0, $(1+a^2)/2$ is not the variance, and the gain is right all the same**, since the gain never needed the variance. A right result does not prove the reasoning.
#
# ## 5. Dead units
#
# Now the illness of ReLU itself. Its slope for $z < 0$ is not small: it is **exactly 0**. If a unit has $z \le 0$ for one example, it learns nothing from that example. That is normal: in a healthy layer, half of all values are 0. But if a unit has $z \le 0$ for **all** the data, no gradient ever reaches its weights. They cannot change any more. (Only a change in the layers *before* it could lift its $z$ again.) The unit is **dead**.
#
# ### Exercise 7 · `dead_units(batches)`
#
# `batches` is a list of arrays of shape (examples, units): what a ReLU layer gives out for all the data, in batches that may differ in length. Return an array of shape (units,) with `True` where a unit is dead: exactly 0 for every example of every batch.


# %% exercise="dead_units"
def dead_units(batches):
    """For each unit, True if it is 0 on all examples of all batches; shape (units,)."""
    ### BEGIN SOLUTION
    return np.all(np.concatenate(batches) == 0, axis=0)
    ### END SOLUTION


# %% check="dead_units"
check(dead_units)

# %% [markdown]
# ### Move it: how far down is dead?
#
# 200 units look at 1000 examples. Each has $z = w \cdot x + b$, with $\operatorname{Var}(w \cdot x) = 1$ and the same bias $b$. A negative bias pushes all of them to the left.
#
# The first panel shows three shares: values that are 0, units that are silent on a **batch** of 32, and units that are silent on **all** the data. The second shows the mean slope of each unit: what is left of its gradient.
#
# **Predict before you move:** at $b = -1$, about 84% of the values are 0. What share of the units is dead? At which bias is half of them dead? And what does a leak of 0.01 change?

# %%
live("dead_units")

# %%
at_one = live("dead_units", b=-1.0).compute()
at_two = live("dead_units", b=-2.0).compute()
leaking = live("dead_units", b=-5.0, activation="leaky 0.01").compute()
print(
    f"b = -1: {at_one['off']:.0%} of the values are 0, {at_one['dead']:.0%} of the units are dead"
)
print(f"b = -2: silent on a batch {at_two['on_batch']:.0%}, on all the data {at_two['dead']:.0%}")
print(
    f"b = -5, leaky: {leaking['lost']} units get no gradient; the smallest slope is {leaking['slopes'][0]:.3f}"
)
assert abs(at_one["off"] - 0.84) < 0.01 and at_one["dead"] == 0
assert 0.4 < at_two["on_batch"] < 0.65 and at_two["dead"] == 0
assert leaking["lost"] == 0 and np.isclose(leaking["slopes"][0], 0.01)

# %% [markdown]
# Three things to keep. A high share of zeros is not death. One batch cannot tell: at $b = -2$ about half of the units look dead on 32 examples, and not one of them is. And a leak does not bring the unit back by itself: it leaves a slope of 0.01, a hundredth of the gradient. That is little, and infinitely more than 0.
#
# ### Exercise 8 · `half_dead_bias`
#
# At which bias are half of the **ReLU** units dead on all 1000 examples? Read it off the figure, to two digits. Or compute it: one example leaves a unit silent with probability $\Phi(-b)$, and the examples are independent. Solve $\Phi(-b)^{1000} = \tfrac12$ by trying values of $b$ in `normal_cdf(-b) ** 1000`. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="half_dead_bias"
half_dead_bias = ...
### BEGIN SOLUTION
half_dead_bias = -3.2
### END SOLUTION

# %% check="half_dead_bias"
check(half_dead_bias=half_dead_bias)

# %% [markdown]
# ### How units die in training
#
# Nobody sets a bias of -3. It happens by itself: **one step that is too long** throws weights and biases so far that some units never see a positive $z$ again. Here is a network with one hidden layer of 100 units on digits, five seeds at once, 150 steps of SGD. We try four learning rates. `leak` is the slope on the left: 0 means ReLU.

# %%
data = digits()
x_train, y_train = torch.tensor(data.x_train), torch.tensor(data.y_train)
x_test, y_test = torch.tensor(data.x_test), torch.tensor(data.y_test)
SEEDS = 5


def forward_pass(parameters, x, leak):
    """Pre-activations of the hidden layer and outputs, for all seeds: (seeds, examples, ...)."""
    W1, b1, W2, b2 = parameters
    z = x @ W1 + b1
    return z, torch.nn.functional.leaky_relu(z, leak) @ W2 + b2


def fresh():
    """He weights and zero biases for five seeds."""
    parameters = []
    for n_in, n_out in ((64, 100), (100, 10)):
        draws = [
            torch.randn(n_in, n_out, generator=torch.Generator().manual_seed(seed))
            for seed in range(SEEDS)
        ]
        parameters += [(2 / n_in) ** 0.5 * torch.stack(draws), torch.zeros(SEEDS, 1, n_out)]
    return parameters


def sgd(parameters, leak, lr, steps):
    """Train all seeds together, and return their parameters."""
    parameters = [p.clone().requires_grad_() for p in parameters]
    order = torch.Generator().manual_seed(0)
    for _ in range(steps):
        batch = torch.randint(len(x_train), (64,), generator=order)
        outputs = forward_pass(parameters, x_train[batch], leak)[1]
        targets = y_train[batch].expand(SEEDS, -1)
        loss = torch.nn.functional.cross_entropy(outputs.mT, targets) * SEEDS
        gradients = torch.autograd.grad(loss, parameters)
        parameters = [
            (p - lr * g).detach().requires_grad_()
            for p, g in zip(parameters, gradients, strict=True)
        ]
    return [p.detach() for p in parameters]


def accuracy(parameters, leak):
    """The share of right answers on the test set, for each seed."""
    outputs = forward_pass(parameters, x_test, leak)[1]
    return (outputs.argmax(-1) == y_test).double().mean(1).numpy()


rates = (0.1, 0.3, 1.0, 3.0)
trained = {lr: sgd(fresh(), 0.0, lr, 150) for lr in rates}
medians = {lr: np.median(accuracy(trained[lr], 0.0)) for lr in rates}
print("median test accuracy:", {lr: round(float(value), 2) for lr, value in medians.items()})

# %% [markdown]
# Now count the dead, with your function, on all the training data. **Predict:** does a network with a fifth of its units dead have to be bad?

# %%
dead_share = {}
for lr in rates:
    hidden = torch.relu(forward_pass(trained[lr], x_train, 0.0)[0]).numpy()
    dead_share[lr] = np.median([dead_units(np.array_split(acts, 12)).mean() for acts in hidden])
    print(f"learning rate {lr:3}: dead {dead_share[lr]:4.0%}   test accuracy {medians[lr]:.2f}")
assert dead_share[0.1] < 0.05 and 0.05 < dead_share[1.0] < 0.5 and dead_share[3.0] > 0.9
assert medians[1.0] > 0.9 and medians[3.0] < 0.4

# %% [markdown]
# At a learning rate of 1 a good part of the units is dead, and the accuracy is as good as ever: the others do the work. Dead units are a **waste**, not yet an illness. At 3 nearly all are dead, and the network only guesses. Note what did *not* happen: no NaN, no infinite loss. The weights are stuck at finite values. From the loss alone you would say "it does not learn", and look for a vanishing gradient. Count the dead.
#
# ### Can they come back?
#
# Take the ruined network, and train it on with a good learning rate, 0.1. Once as it is, with ReLU. Once with **the same weights**, but a leak in every unit. **Predict** both.

# %%
ruined = trained[3.0]
leaks = (0.0, 0.01, 0.1)
rescued = {leak: accuracy(sgd(ruined, leak, 0.1, 600), leak) for leak in leaks}
for leak in leaks:
    print(
        f"leak {leak:4}: test accuracy {np.round(rescued[leak], 2)}, median {np.median(rescued[leak]):.2f}"
    )
assert np.median(rescued[0.0]) < 0.4
assert np.median(rescued[0.01]) > np.median(rescued[0.0]) + 0.2
assert np.median(rescued[0.1]) > 0.75

# %% [markdown]
# The ReLU network stays where it is, though the learning rate is right now: a gradient of exactly 0 has no cure but a fresh start. With a leak the same weights learn again, and a larger leak is faster.
#
# To be fair to ReLU: a leak is not a licence for large steps. Train the leaky network at a learning rate of 3 from the start, and see what a slope on the left can also do.

# %%
reckless = sgd(fresh(), 0.1, 3.0, 150)
broken = [not bool(torch.isfinite(W).all()) for W in reckless[0]]
print(f"leak 0.1, learning rate 3: {sum(broken)} of {SEEDS} runs end in NaN or infinity")
print(
    f"ReLU,     learning rate 3: {sum(not bool(torch.isfinite(W).all()) for W in ruined[0])} of {SEEDS}"
)
assert sum(broken) >= 3 and sum(bool(torch.isfinite(W).all()) for W in ruined[0]) >= 3

# %% [markdown]
# The death of ReLU units works like a fuse: it stops the explosion, at the price of the units. The leaky network has no fuse. The first cure for dying units is a smaller step (lesson 08); the leak is the second.
#
# ## 6. He against Xavier: 30 layers
#
# Lesson 05 gave two recipes. For square layers of width $n$, **Xavier** weights have variance $1/n$: gain 1, made for activations that are nearly straight. **He** weights have variance $2/n$: gain $\sqrt 2$, made for ReLU. He and his colleagues built a network of 30 layers, and reported that with Xavier weights its training stalls.
#
# ### Exercise 9 · `xavier_relu_slope`
#
# **Predict on paper:** Xavier weights, ReLU. By how much does the **natural logarithm** of the gradient **norm** change per layer? Give a formula with numpy, or three digits. Mind the sign.

# %% exercise="xavier_relu_slope"
xavier_relu_slope = ...
### BEGIN SOLUTION
xavier_relu_slope = -0.5 * np.log(2)
### END SOLUTION

# %% check="xavier_relu_slope"
check(xavier_relu_slope=xavier_relu_slope)

# %% [markdown]
# ### Measure it
#
# Networks of 30 ReLU layers, 300 wide, nine draws each, on the axes of the whole course. Look for the dashed line: it is your prediction, in decades.


# %%
def log10_norms(gain, seed, n=300, L=30):
    """log10 of the gradient norm after k = 0..L layers travelled back, relative to k = 0."""
    rng = np.random.default_rng(seed)
    layers = reference.gaussian_layers(n, L, gain, rng)
    zs, _ = reference.network_forward(layers, rng.normal(size=n), reference.relu)
    gradients = reference.backward(layers, zs, rng.normal(size=n), reference.relu_grad)
    norms = np.log10([np.linalg.norm(gradient) for gradient in reversed(gradients)])
    return norms - norms[0]


depth = np.arange(31)
curves = {
    "Xavier": np.median([log10_norms(1.0, seed) for seed in range(9)], axis=0),
    "He": np.median([log10_norms(np.sqrt(2), seed) for seed in range(9)], axis=0),
}
slopes = {name: np.polyfit(depth, curve, 1)[0] * np.log(10) for name, curve in curves.items()}
print(f"slope of ln norm per layer: Xavier {slopes['Xavier']:+.3f}, He {slopes['He']:+.3f}")
assert abs(slopes["Xavier"] + 0.347) < 0.03 and abs(slopes["He"]) < 0.03

# %%
fig, ax = plots.axes(
    "With Xavier weights, ReLU loses half of the squared norm in every layer",
    "layers travelled back from the output",
    "log10 gradient norm",
)
ax.plot(depth, curves["He"], "-s", markevery=5, label="He, gain √2")
ax.plot(depth, curves["Xavier"], "-o", markevery=5, label="Xavier, gain 1")
guess = 0.0 if xavier_relu_slope is ... else xavier_relu_slope
ax.plot(depth, depth * guess / np.log(10), "--", color="0.4", label="your prediction")
ax.legend()
plots.show(
    fig,
    alt="The curve for He weights stays level. The one for Xavier weights falls in a straight line by more than four decades over 30 layers, along the predicted line.",
)

# %% [markdown]
# ### Does it decide the training?
#
# Now train. 30 hidden layers, 100 wide, digits, three seeds for each recipe: six networks in one stack. First with plain SGD with momentum, as in the paper. Then with Adam, which divides each step by the size of the gradient.
#
# **Predict** four numbers: Xavier and He, with SGD and with Adam. Remember: Adam does not see how *small* a gradient is.


# %%
def stack_of_networks(gains, seeds, width=100, depth=30):
    """Weights of all networks, layer by layer, each of shape (networks, n_in, n_out)."""
    sizes = [64] + [width] * depth + [10]
    layers = []
    for l, (n_in, n_out) in enumerate(pairwise(sizes)):
        draws = []
        for gain in gains:
            for seed in seeds:
                rng = torch.Generator().manual_seed(1000 * seed + l)
                draws.append(gain / n_in**0.5 * torch.randn(n_in, n_out, generator=rng))
        layers.append(torch.stack(draws).requires_grad_())
    return layers


def outputs_of(layers, x):
    a = x.expand(len(layers[0]), *x.shape)
    for W in layers[:-1]:
        a = torch.relu(a @ W)
    return a @ layers[-1]


def race(make_optimizer, epochs):
    """Test accuracy of Xavier and He after each epoch: (epochs, recipe, seed)."""
    layers = stack_of_networks(gains=(1.0, 2**0.5), seeds=(0, 1, 2))
    optimizer, order = make_optimizer(layers), torch.Generator().manual_seed(0)
    history = []
    for _ in range(epochs):
        for batch in torch.randperm(len(x_train), generator=order).split(32):
            outputs = outputs_of(layers, x_train[batch])
            targets = y_train[batch].repeat(len(outputs))
            losses = torch.nn.functional.cross_entropy(
                outputs.flatten(0, 1), targets, reduction="sum"
            )
            optimizer.zero_grad()
            (losses / len(batch)).backward()
            optimizer.step()
        with torch.no_grad():
            right = outputs_of(layers, x_test).argmax(-1) == y_test
        history.append(right.double().mean(1).reshape(2, 3).numpy())
    return np.array(history)


with_sgd = race(
    lambda weights: torch.optim.SGD(weights, lr=0.001, momentum=0.9, fused=True), epochs=6
)
with_adam = race(lambda weights: torch.optim.Adam(weights, lr=3e-4, fused=True), epochs=6)
for name, history in (("SGD", with_sgd), ("Adam", with_adam)):
    xavier, he = history[-1]
    print(f"{name:5} Xavier {np.round(xavier, 2)}   He {np.round(he, 2)}")

# %% [markdown]
# Look at the dotted lines first: Xavier with SGD never leaves the level of guessing.

# %%
fig, ax = plots.axes(
    "30 ReLU layers: the gain decides", "epoch", "test accuracy (median of 3 seeds)"
)
for name, history, line in (("SGD", with_sgd, ":"), ("Adam", with_adam, "-")):
    for recipe, (label, marker) in enumerate((("Xavier", "o"), ("He", "s"))):
        curve = np.median(history[:, recipe], axis=1)
        ax.plot(np.arange(1, len(curve) + 1), curve, line, marker=marker, label=f"{label}, {name}")
ax.axhline(0.1, color="0.6", linewidth=1)
ax.set_ylim(0, 1)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))

sgd_xavier, sgd_he = np.median(with_sgd[-1], axis=1)
adam_xavier, adam_he = np.median(with_adam[-1], axis=1)
print(f"medians: SGD {sgd_xavier:.2f} and {sgd_he:.2f}, Adam {adam_xavier:.2f} and {adam_he:.2f}")
assert sgd_xavier < 0.25 and sgd_he > 0.6
assert adam_he > 0.75 and adam_he > adam_xavier + 0.05
plots.show(
    fig,
    alt="Test accuracy against epoch. Xavier with SGD stays near 0.1. He with SGD and He with Adam rise high; Xavier with Adam rises later and less.",
)

# %% [markdown]
# With SGD the paper's finding is reproduced: He trains, Xavier stalls at the level of guessing. With Adam the picture is less clean, and honest reporting matters more. Adam rescues **some** Xavier runs, late, and the seeds differ widely: look at the three numbers printed above, not only at their median. With more epochs some catch up, and some do not. A vanishing gradient that is divided by its own size is no longer small, but the *signal* still vanishes on its way forward: after 30 layers it is $2^{-15}$ of what it was. He weights cost nothing. Use them.
#
# `vegrad experiment he_against_xavier` runs this longer, with its table and its verdict.
#
# ## Which one, then?
#
# - **A plain deep network without normalisation:** ReLU or leaky ReLU with gain $\sqrt{2/(1+a^2)}$. One gain keeps signal and gradient.
# - **Units die:** a smaller learning rate first, then a leak, ELU or GELU.
# - **No normalisation, and the scale should heal by itself:** SELU with gain 1, since its variance is pulled back to 1.
# - **With normalisation or skip connections:** nearly any of them, GELU and SiLU included. The scale is taken care of elsewhere.
# - **Sigmoid:** between 0 and 1 you may need it (gates, probabilities). Not as the activation of a deep stack.
#
# ## Summary
#
# - The slope of an activation multiplies the gradient. Rectifiers have slope 1 on the right; at the kink the left side is taken by convention.
# - The gain is $1/\sqrt{\mathbb{E}[f(z)^2]}$: the **second moment** counts, not the variance. ReLU $\sqrt 2$, leaky ReLU $\sqrt{2/(1+a^2)}$, tanh 1.593, SELU 1, GELU 1.534, SiLU 1.677.
# - The same average over $f'$ gives the gain of the gradient. For rectifiers both agree. For the sigmoid they are a factor of 2.56 apart: no gain helps.
# - A unit is dead if it is 0 on **all** the data. Large steps kill. A ReLU unit that is dead stays dead; a leak lets it come back.
# - 30 ReLU layers with Xavier weights: the log of the norm falls by $\tfrac12\ln 2 = 0.347$ per layer. With He weights it holds.
#
# **Next:** lesson 07, *Normalisation*: hold the scale by force, in every layer, and pay the price.
#
# **Read on**
# - K. He, X. Zhang, S. Ren, J. Sun: *Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification*, 2015. Section 2.2 derives the gain, with the 30 layers.
# - X. Glorot, A. Bordes, Y. Bengio: *Deep Sparse Rectifier Neural Networks*, 2011. Why ReLU, and why zeros can be good.
# - A. L. Maas, A. Y. Hannun, A. Y. Ng: *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, 2013. The leak.
# - G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter: *Self-Normalizing Neural Networks*, 2017. SELU, and why its variance is pulled back.
# - L. Lu, Y. Shin, Y. Su, G. E. Karniadakis: *Dying ReLU and Initialization: Theory and Numerical Examples*, 2019. How likely a whole network is dead from the start.

# %%
progress()
