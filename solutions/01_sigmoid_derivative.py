# %% [markdown]
# # 01 · The slope of the sigmoid
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# A gradient that travels back through a network is multiplied by one slope at every layer. This lesson is about that one slope.
#
# **When you finish you can**
# - compute the slope of the sigmoid and of tanh, exactly and without overflow;
# - say where a unit stops learning, and measure how many units have got there;
# - check any gradient with two function calls;
# - decide whether a formula that is right on paper is right in a computer.
#
# **You need** derivatives of one variable (the chain rule) and numpy arrays. **Time:** about 50 minutes.
#
# Every lesson has the same beat: *predict* a number, *measure* it, *explain* the difference, *fix* it, *check*.

# %%
import numpy as np
import torch

from vegrad_course import check, constant, hint, plots, progress, reference
from vegrad_course.widgets import live

# %% [markdown]
# ## 1. A switch made of smooth numbers
#
# The sigmoid turns any number $z$ into a number between 0 and 1:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# Large positive $z$ gives almost 1, "on". Large negative $z$ gives almost 0, "off". In a network $z$ is the **pre-activation**: what a unit has added up before the sigmoid is applied. The result $\sigma(z)$ is its **activation**.
#
# Run the cell, and look at its figure: how flat is the curve at $z = 6$? Hold that thought.

# %%
z = np.linspace(-8, 8, 400)
fig, ax = plots.axes("The sigmoid is flat almost everywhere", "pre-activation z", "activation σ(z)")
ax.plot(z, reference.sigmoid(z))
ax.axvspan(-2, 2, alpha=0.15, label="the steep part")
ax.legend()
plots.show(fig, alt="The sigmoid rises from 0 to 1. It is steep between -2 and 2 and flat outside.")

# %% [markdown]
# ### Right on paper, wrong in the computer
#
# Type the formula as it stands, and it breaks for large negative $z$: the computer has to form $e^{1000}$ on the way. A float64 cannot hold it.

# %%
with np.errstate(over="ignore"):
    print("e^1000 in float64:", np.exp(1000.0))
print("the largest float64:", np.finfo(np.float64).max)

# %% [markdown]
# There is a second way to write the same function. Multiply top and bottom by $e^{z}$:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^{z}}{e^{z} + 1}$$
#
# The first form is safe when $z \ge 0$: then $e^{-z}$ is at most 1. The second is safe when $z < 0$: then $e^{z}$ is below 1. So use each form on its own side.
#
# ### Exercise 1 · `sigmoid(z)`
#
# Write the sigmoid of a numpy array `z`, for any $|z|$ up to 10,000.
# - No warning may appear.
# - The result has the shape and the dtype of `z`. (`np.where(condition, a, b)` picks from `a` or `b`, entry by entry.)


# %% exercise="sigmoid"
def sigmoid(z):
    """The sigmoid of each number in the array z."""
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)
    ### END SOLUTION


# %% check="sigmoid"
check(sigmoid)

# %% [markdown]
# ## 2. Predict: how steep can it get?
#
# Before you compute a derivative, guess it. Lay a ruler along the curve of the first figure where it is steepest. Over one unit of $z$, how far does the curve climb?
#
# ### Exercise 2 · `max_slope`
#
# The largest slope that the sigmoid has anywhere, as a number: replace the dots with it, and delete the line `raise NotImplementedError()`. A guess is welcome: the check tells you at once, and you may come back after exercise 3 and correct it.

# %% exercise="max_slope"
max_slope = ...
### BEGIN SOLUTION
max_slope = 0.25
### END SOLUTION

# %% check="max_slope"
check(max_slope=max_slope)

# %% [markdown]
# ## 3. The slope, exactly
#
# Why do we need the slope? The chain rule. If a loss $C$ depends on the activation $a = \sigma(z)$, then
#
# $$\frac{dC}{dz} = \frac{dC}{da}\,\sigma'(z).$$
#
# The gradient that arrives is multiplied by $\sigma'(z)$, and passed on. If $\sigma'(z)$ is tiny, almost nothing is passed on.
#
# Now derive it. Write $\sigma = u^{-1}$ with $u = 1 + e^{-z}$. The chain rule gives
#
# $$\sigma' = -u^{-2}\cdot(-e^{-z}) = \frac{1}{u}\cdot\frac{e^{-z}}{u}.$$
#
# The first factor is $\sigma$. The second is $\frac{u - 1}{u} = 1 - \frac{1}{u}$. Can you see what it is in terms of $\sigma$?
#
# ### Exercise 3 · `sigmoid_grad(z)`
#
# Return the slope of the sigmoid at each entry of `z`. Here `z` is the **pre-activation**. Use your own `sigmoid`: it is already safe for large numbers.


# %% exercise="sigmoid_grad"
def sigmoid_grad(z):
    """The slope of the sigmoid at each number in the array z."""
    ### BEGIN SOLUTION
    s = sigmoid(z)
    return s * (1 - s)
    ### END SOLUTION


# %% check="sigmoid_grad"
check(sigmoid_grad)

# %% [markdown]
# ### Measure it with a second witness
#
# Never trust one derivation. PyTorch computes derivatives by a different route: it records each operation and applies the chain rule to the record (*automatic differentiation*). Both must agree.

# %%
z_torch = torch.linspace(-8, 8, 9, dtype=torch.float64, requires_grad=True)
torch.sigmoid(z_torch).sum().backward()
by_hand = sigmoid_grad(z_torch.detach().numpy())
print("largest difference:", np.abs(by_hand - z_torch.grad.numpy()).max())
assert np.allclose(by_hand, z_torch.grad.numpy())
assert np.isclose(by_hand.max(), 0.25), "the slope is never above one quarter"

# %% [markdown]
# **Remember this number: one quarter.** It is the *best* case. Even a perfectly placed sigmoid passes on only 25% of the gradient. Lesson 02 asks what happens when twenty of them stand in a row.
#
# ## 4. tanh: the steeper cousin
#
# $$\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}$$
#
# It has the same shape, but runs from −1 to 1. Its slope can also be written with the function itself. Use the quotient rule with top $t = e^z - e^{-z}$ and bottom $b = e^z + e^{-z}$. Note that $t' = b$ and $b' = t$:
#
# $$\tanh' = \frac{b \cdot b - t \cdot t}{b^2} = 1 - \left(\frac{t}{b}\right)^2$$
#
# ### Exercise 4 · `tanh_grad(z)`
#
# Return the slope of tanh at each entry of `z`, again a pre-activation. `np.tanh` is there for you, and it never overflows.


# %% exercise="tanh_grad"
def tanh_grad(z):
    """The slope of tanh at each number in the array z."""
    ### BEGIN SOLUTION
    return 1 - np.tanh(z) ** 2
    ### END SOLUTION


# %% check="tanh_grad"
check(tanh_grad)

# %% [markdown]
# Now see both slopes. Look at the height of each peak, and at how soon each curve dies out.

# %%
z = np.linspace(-8, 8, 401)
fig, ax = plots.axes(
    "tanh passes on more at the middle, and fades sooner", "pre-activation z", "slope"
)
ax.plot(z, tanh_grad(z), label="tanh: peak 1")
ax.plot(z, sigmoid_grad(z), "--", label="sigmoid: peak 1/4")
ax.legend()
assert tanh_grad(z).max() == 1.0 and np.isclose(sigmoid_grad(z).max(), 0.25)
plots.show(
    fig, alt="Two bell curves of slope: tanh peaks at 1 and is narrow, sigmoid at 0.25 and is wide."
)

# %% [markdown]
# ## 5. Saturation: units that stopped listening
#
# Far from the middle the slope is nearly zero, on **both** sides. A unit there is called **saturated**. It still gives an output, near 0 or near 1. But the gradient that passes through it is multiplied by almost nothing, so the weights behind it hardly move.
#
# How small is "nearly zero"? We need a line. A common choice is 1% of the largest slope.
#
# ### Move it
#
# Below, the grey regions are those in which the slope is under 1% of its largest. **Predict before you move:** in the middle tanh is four times as steep as the sigmoid. Do its grey regions begin nearer to 0, or farther away? Then change the activation, and move $z$ through the curve.

# %%
live("activation_explorer")

# %% [markdown]
# Nearer: tanh is steeper, and it is over sooner. (ReLU has a grey region on one side only. You will meet it in lesson 06.)
#
# ### Exercise 5 · `one_percent_z`
#
# Go back to the sigmoid, and read off where its grey region begins. That is your prediction for 1%. Now exactly, and for the share that the next cell prints. (It is 1%, unless your course gives each student a number of their own.)

# %%
my_share = constant("one_percent_z", "share")
print(f"my_share = {my_share}, which is {my_share:.0%} of the largest slope")

# %% [markdown]
# How far from 0 can $z$ be, before the slope falls below `my_share` times its maximum? Give $|z|$ to three digits, in place of the dots. Find it on paper, or search a fine grid with your `sigmoid_grad`.

# %% exercise="one_percent_z"
one_percent_z = ...
### BEGIN SOLUTION
one_percent_z = 2 * np.arccosh(1 / np.sqrt(my_share))
### END SOLUTION

# %% check="one_percent_z"
check(one_percent_z=one_percent_z)

# %% [markdown]
# ### Exercise 6 · `saturated_fraction(z, threshold)`
#
# `z` is an array of pre-activations of any shape: one number for each unit and each example. Return the share of them (from 0 to 1) whose sigmoid slope is **below** `threshold`.


# %% exercise="saturated_fraction"
def saturated_fraction(z, threshold):
    """The share of the entries of z at which the slope of the sigmoid is below threshold."""
    ### BEGIN SOLUTION
    return np.mean(sigmoid_grad(z) < threshold)
    ### END SOLUTION


# %% check="saturated_fraction"
check(saturated_fraction)

# %% [markdown]
# ### Predict, then measure
#
# A unit adds up many inputs, so its pre-activation is spread around 0. The larger the weights, the wider the spread. **Predict:** at a spread (standard deviation) of 10, what share of sigmoid units is saturated by the 1% rule? Make a guess before you run the next cell.

# %%
rng = np.random.default_rng(0)
spreads = np.linspace(0.5, 20, 40)
shares = [saturated_fraction(rng.normal(0, s, 20_000), 0.01 * 0.25) for s in spreads]

fig, ax = plots.axes(
    "Large weights switch the gradient off", "spread of the pre-activations", "share saturated"
)
ax.plot(spreads, shares)
ax.set_ylim(0, 1)
at_10 = saturated_fraction(rng.normal(0, 10, 200_000), 0.01 * 0.25)
print(f"saturated at a spread of 10: {at_10:.0%}")
assert 0.54 < at_10 < 0.56
assert sigmoid_grad(np.array([5.9]))[0] > 0.01 * 0.25 > sigmoid_grad(np.array([6.0]))[0]
plots.show(fig, alt="The share of saturated units rises from 0 towards 1 as the spread grows.")

# %% [markdown]
# About 55%. With weights that are too large, most units pass on almost nothing, **before training has even begun**. Lesson 05 is about choosing the weights so that this does not happen.
#
# ## 6. A test for every gradient you will ever write
#
# You compared your slope with PyTorch. There is an even simpler witness that needs nothing but the function itself. Move one input a little to each side, and see how much the output changes:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + \varepsilon e_i) - f(x - \varepsilon e_i)}{2\varepsilon}$$
#
# Here $e_i$ is 1 at coordinate $i$ and 0 elsewhere. This is the **central difference**. Why step to both sides? A step to one side has an error proportional to $\varepsilon$. With both sides, that error has opposite signs and cancels. What remains is proportional to $\varepsilon^2$.
#
# ### Exercise 7 · `gradient_check(f, x, eps)`
#
# `f` takes an array of shape (n,) and returns one number. Return the array of its n partial derivatives at `x`, by central differences with step `eps`. Leave `x` itself unchanged.


# %% exercise="gradient_check"
def gradient_check(f, x, eps):
    """The gradient of f at x, shape (n,), by central differences with step eps."""
    ### BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient
    ### END SOLUTION


# %% check="gradient_check"
check(gradient_check)

# %% [markdown]
# ### How small should the step be?
#
# On paper, smaller is better. **Predict:** which step gives the smallest error: 1e-2, 1e-5, 1e-8 or 1e-11?

# %%
x = np.array([0.7])
steps = 10.0 ** np.arange(-13, 0)
errors = [abs(gradient_check(lambda v: sigmoid(v)[0], x, e) - sigmoid_grad(x))[0] for e in steps]

fig, ax = plots.axes("The best step is neither large nor tiny", "step ε", "error of the slope")
ax.loglog(steps, errors, "o-")
best = steps[np.argmin(errors)]
print(f"best step: {best:.0e}, error {min(errors):.0e}")
assert 1e-6 <= best <= 1e-4
plots.show(
    fig, alt="Error against step: it falls to a minimum near 1e-5 and rises again on both sides."
)

# %% [markdown]
# From the right, the error falls with $\varepsilon^2$: the mathematics. Then it turns and climbs: the computer. Two numbers that are almost equal are subtracted, and only their last, rounded digits are left. Dividing by a tiny $2\varepsilon$ makes that rounding large. In float64, a step near $10^{-5}$ is a good choice.
#
# ### And in float32?
#
# The next figure draws the same experiment with its two causes: the error of the mathematics, and the error of the rounding. Move your own step through it.
#
# **Predict before you switch to float32:** its numbers carry about 7 digits instead of 16. Does the best step become larger, or smaller? And how many digits of the slope will be right at best?

# %%
live("gradient_check")

# %%
single = live("gradient_check", float32=True).compute()
print(f"float32: best step {single['best']:.0e}, {single['most']:.1f} digits right")
assert 1e-3 < single["best"] < 2e-2 and 5 < single["most"] < 6
assert live("gradient_check", float32=True, eps=1e-10).compute()["digits"] == 0

# %% [markdown]
# Larger, near $5 \times 10^{-3}$, and at best five digits are right. A step of $10^{-10}$ is lost altogether: `x + eps` is rounded back to `x`. So check gradients in float64, even when you train in float32.
#
# ## 7. Textbook on trial: "just type the formula"
#
# A hand-written tanh, `(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))`, is found in published course material. The claim is that it works. Networks are usually trained in **float32**, so try it there.


# %%
def tanh_by_hand(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


with np.errstate(over="ignore", invalid="ignore"):
    print("by hand, x = 100:", tanh_by_hand(np.float32(100)))
    assert np.isnan(tanh_by_hand(np.float32(100)))
print("np.tanh, x = 100:", np.tanh(np.float32(100)))

# %% [markdown]
# Infinity divided by infinity is "not a number". One NaN in one unit makes the loss NaN. One step later every weight is NaN.
#
# ### Exercise 8 · `tanh_breaks_at`
#
# Predict first, from the largest float32, about $3.4 \times 10^{38}$: what is the smallest **whole** number `x` at which the hand-written formula gives NaN in float32?

# %% exercise="tanh_breaks_at"
tanh_breaks_at = ...
### BEGIN SOLUTION
tanh_breaks_at = 89
### END SOLUTION

# %% check="tanh_breaks_at"
check(tanh_breaks_at=tanh_breaks_at)

# %% [markdown]
# **The verdict.** The formula is correct, and the claim is too broad: it holds for moderate $x$ only. That is why libraries do not compute tanh this way. Your `sigmoid` of exercise 1 passed the same trial.
#
# ## What you now know
#
# - A gradient is multiplied by $\sigma'(z)$ at every sigmoid, and $\sigma'$ is **never above 1/4**. For tanh the limit is 1.
# - Both slopes die out on both sides. Beyond $|z| \approx 6$ a sigmoid passes on less than 1% of its best.
# - Large weights saturate units before training begins.
# - Two function calls per coordinate check any gradient; a step near $10^{-5}$ is best in float64.
# - Right on paper is not yet right in float32.
#
# **Next:** [02 · Deep chains](../02_deep_chains/02_deep_chains.ipynb). One quarter, many times over.
#
# **Read on**
# - Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller: *Efficient BackProp*, 1998. Why saturated units learn slowly, and what to do.
# - X. Glorot, Y. Bengio: *Understanding the difficulty of training deep feedforward neural networks*, 2010. Watches sigmoid layers saturate during training.
# - D. Goldberg: *What every computer scientist should know about floating-point arithmetic*, 1991.

# %%
progress()
