# %% [markdown]
# # 07 · Normalization
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# Initialization sets the scale of every layer **once**. Training then moves the weights, and the scale drifts. Normalization does not trust the weights: it resets the scale in every layer, at every step.
#
# Many texts sum it up in one sentence. *Normalize activations within a mini-batch to stabilize gradient magnitudes.* You will build it, test the sentence, and find one half of it true and the other half false.
#
# **When you finish you can**
# - write batch norm for training and for evaluation, with its running statistics, and its backward pass;
# - say why the weight scale no longer matters, and why that allows larger learning rates;
# - predict the factor by which batch norm makes gradients **explode** with depth, and measure it;
# - say what layer norm does differently, and what it gives up for it.
#
# **You need** lesson 03, and the variance of a sum of independent terms (lesson 05). **Time:** about 75 minutes.

# %%
from itertools import pairwise

import numpy as np
import torch

from vegrad_course import check, hint, plots, progress, reference
from vegrad_course.datasets import digits
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. Batch norm, forward
#
# A layer gets a **batch**: an array `x` with one row per example and one column per unit. Take one unit, so one column. Over the batch it has a mean $\mu$ and a variance $\sigma^2$. Batch norm takes the mean out and divides by the spread:
#
# $$\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad y = \gamma\,\hat x + \beta$$
#
# - $\varepsilon$ (eps) is a small number. It avoids 0/0 where a unit is the same for every example.
# - $\gamma$ and $\beta$ are learned, one of each per unit. With them a layer can still choose any mean and spread. What it can no longer do is to pick them up by accident.
#
# ### Two modes
#
# In **training** the mean and the variance are those of the batch. In **evaluation** that would be wrong: the answer for one example must not depend on who else is in the batch, and a batch of one has no variance at all. So training also keeps **running statistics**, and evaluation uses those:
#
# $$\text{running} \leftarrow (1 - m)\cdot\text{running} + m\cdot\text{batch}$$
#
# The number $m$ is called `momentum`, here as in PyTorch. It is the share of the **new** batch.
#
# ### Two variances
#
# Over $B$ examples, `x.var(axis=0)` divides by $B$: the **biased** variance. With it, $\hat x$ has a variance of 1 in every batch. But a small batch underestimates the spread of all the data, by the factor $(B-1)/B$ on average. So PyTorch stores the **unbiased** variance in the running statistics, `x.var(axis=0, ddof=1)`. Biased for $\hat x$, unbiased for the running variance.
#
# ### Exercise 1 · `batch_norm(x, gamma, beta, state, training, momentum=0.1, eps=1e-5)`
#
# - `x` has shape (batch, units), `gamma` and `beta` have shape (units,).
# - `state` is a pair `(running_mean, running_var)` of arrays of shape (units,).
# - All four may also be plain numbers, the same for every unit.
# - `training` is `True` or `False`.
#
# Return two things, `y, new_state`. In training `new_state` is a **new** pair: do not change the arrays in `state`. In evaluation it is `state`, as it came.


# %% exercise="batch_norm"
def batch_norm(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    """The normalised batch, and the pair of running mean and running variance."""
    ### BEGIN SOLUTION
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state
    ### END SOLUTION


# %% check="batch_norm"
check(batch_norm)

# %% [markdown]
# ### Beside PyTorch
#
# Two hundred batches of 32 examples, drawn from data with mean 3 and spread 2. Your state and that of `torch.nn.BatchNorm1d` must move together. Then one example, in evaluation.

# %%
rng, one = np.random.default_rng(0), np.array([[5.0, 1.0]])
theirs = torch.nn.BatchNorm1d(2, dtype=torch.float64)
state = (np.zeros(2), np.ones(2))  # where PyTorch begins
for _ in range(200):
    x = rng.normal(3, 2, (32, 2))
    y, state = batch_norm(x, np.ones(2), np.zeros(2), state, True)
    assert np.allclose(y, theirs(torch.tensor(x)).detach().numpy())
print("running mean", state[0].round(2), "  running variance", state[1].round(2))
assert np.allclose(state[0], theirs.running_mean) and np.allclose(state[1], theirs.running_var)
assert np.abs(state[0] - 3).max() < 0.4 and np.abs(state[1] - 4).max() < 1.2

alone, _ = batch_norm(one, np.ones(2), np.zeros(2), state, False)
print("one example, evaluated:", alone.round(2))
assert np.allclose(alone, theirs.eval()(torch.tensor(one)).detach().numpy())

# %% [markdown]
# The running statistics have found 3 and 4, up to the noise of the last few batches. The example $(5, 1)$ lies one spread above the mean, and one below: about $(1, -1)$.
#
# ### Predict: what if you forget to switch to evaluation?
#
# `model.eval()` is the most forgotten line of PyTorch. Take the same example $(5, 1)$, twice: first among ordinary examples, then among examples that are all large. **Predict:** what does it become each time, in *training* mode?

# %%
for name, mean in (("ordinary", 3.0), ("large", 9.0)):
    company = np.vstack([one, np.random.default_rng(1).normal(mean, 2, (31, 2))])
    wrong, _ = batch_norm(company, np.ones(2), np.zeros(2), state, True)
    print(f"among {name:>8} examples: {wrong[0].round(2)}")
assert abs(alone[0, 0] - 1) < 0.4 and abs(wrong[0, 0] + 2) < 0.5

# %% [markdown]
# Same example, another answer: the first unit moved from about $+1$ to about $-2$. In training mode the neighbours decide.
#
# ### Exercise 2 · `steps_to_forget`
#
# PyTorch starts with a running mean of 0, whatever the data are. With every step this first value counts less. **Predict:** with `momentum=0.1`, after how many training steps does it count for *less than 1%* of the running mean? Give a whole number. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="steps_to_forget"
steps_to_forget = ...
### BEGIN SOLUTION
steps_to_forget = 44
### END SOLUTION

# %% check="steps_to_forget"
check(steps_to_forget=steps_to_forget)

# %% [markdown]
# And after ten steps, how much is left? Let PyTorch count, with batches whose mean is 0.

# %%
counter = torch.nn.BatchNorm1d(1)
counter.running_mean.fill_(1.0)
for _ in range(10):
    counter(torch.tensor([[-1.0], [1.0]]))
print(f"left after 10 steps: {counter.running_mean.item():.2f}")
assert round(counter.running_mean.item(), 2) == 0.35

# %% [markdown]
# A third. A model that is evaluated after ten steps of training still carries a third of a mean that never was in the data. This alone can make a healthy network look broken.
#
# ## 2. Batch norm, backward
#
# The loss sends back a gradient $g$, with one entry for each entry of $y$. What reaches $x$?
#
# The tempting answer is $g\,\gamma/s$, with $s = \sqrt{\sigma^2+\varepsilon}$: a division forward, a division back. It treats $\mu$ and $\sigma$ as constants. But they are made of $x$. Nudge one example, and the mean moves, and the spread moves, and with them the output of **every** example in the batch.
#
# **Predict:** let the loss be the plain sum of all outputs, so $g = 1$ everywhere, and $\gamma = 1$. What is the gradient that reaches $x$? (Think of the sum of $\hat x$ over the batch, before you calculate.)

# %%
x = torch.tensor(rng.normal(3, 2, (6, 2)), requires_grad=True)
torch.nn.functional.batch_norm(x, None, None, training=True).sum().backward()
print("largest entry of the gradient:", x.grad.abs().max().item())
assert x.grad.abs().max() < 1e-12

# %% [markdown]
# Zero. The outputs sum to 0 for every $x$, so no nudge can change their sum. In the same way no nudge can change their spread. Batch norm removes two things on the way forward: the common shift, and the common stretch. On the way back it removes the same two from the gradient.
#
# ### The formula
#
# Write $s = \sqrt{\sigma^2 + \varepsilon}$, and let a bar be the mean over the batch. One example $j$ acts on the output of example $i$ in three ways: directly (if $i = j$), by the mean, by the spread:
#
# $$\frac{\partial \hat x_i}{\partial x_j} = \frac1s\left(\delta_{ij} - \frac1B - \frac{\hat x_i\,\hat x_j}{B}\right)$$
#
# Multiply by what arrives at $\hat x_i$, which is $\gamma g_i$, and sum over $i$:
#
# $$\frac{\partial C}{\partial x} = \frac{\gamma}{s}\left(g - \overline{g} - \hat x\;\overline{g\,\hat x}\right)$$
#
# The two parameters are easier. They act on all examples of the batch, so their gradients are **sums**: $\partial C/\partial\beta = \sum g$ and $\partial C/\partial\gamma = \sum g\,\hat x$.
#
# ### Exercise 3 · `batch_norm_backward(g, x, gamma, eps=1e-5)`
#
# `g` and `x` have shape (batch, units), and `x` is what went *into* batch norm, in training mode. Return three arrays, `dx, dgamma, dbeta`, of shapes (batch, units), (units,), (units,). (`gamma` may also come as the number 1.0; the formula above then works as it is.)


# %% exercise="batch_norm_backward"
def batch_norm_backward(g, x, gamma, eps=1e-5):
    """The gradients reaching x, gamma and beta."""
    ### BEGIN SOLUTION
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)
    ### END SOLUTION


# %% check="batch_norm_backward"
check(batch_norm_backward)

# %% [markdown]
# Nudge one input of one example, and look at the loss. Beside your formula stands the tempting one, with constant statistics.

# %%
x, g = rng.normal(3, 2, (6, 2)), rng.normal(size=(6, 2))
by_formula = batch_norm_backward(g, x, 1.0)[0][0, 0]


def loss(x):
    return np.sum(g * reference.batch_norm(x, np.ones(2), np.zeros(2), state, True)[0])


nudge = np.zeros((6, 2))
nudge[0, 0] = 1e-6
measured = (loss(x + nudge) - loss(x - nudge)) / 2e-6
tempting = (g / np.sqrt(x.var(axis=0) + 1e-5))[0, 0]
print(f"measured {measured:.6f}   formula {by_formula:.6f}   constant statistics {tempting:.6f}")
assert np.isclose(by_formula, measured, rtol=1e-5) and abs(tempting / measured - 1) > 0.05

# %% [markdown]
# ## 3. The sentence on trial, first half: the weight scale
#
# *Normalize activations within a mini-batch to stabilize gradient magnitudes.* Take the network of lesson 03: 30 ReLU layers, 100 wide, weights of scale $s$. There the scale decided: below $\sqrt2$ gradients vanished, above it they exploded. Now put batch norm between the weights and ReLU ($\gamma = 1$, $\beta = 0$):
#
# $$h_l = W_l\,a_{l-1}, \qquad z_l = \text{batch norm}(h_l), \qquad a_l = \max(0, z_l)$$
#
# **Predict:** double all the weights. What happens to $h$, to $z$, and to the gradient that reaches the input?
#
# Look for the five lines with batch norm: where are they?

# %%
scales = [0.7, 1.0, 1.4, 2.0, 2.8]


def log10_norms(scale, normalise, n=100, L=30, batch=64):
    """log10 gradient norm after k = 0..L layers travelled back, relative to k = 0."""
    rng = np.random.default_rng(3)
    Ws = reference.gaussian_layers(n, L, scale, rng)
    x, g = rng.normal(size=(2, batch, n))
    if normalise:
        hs, _ = reference.normalized_forward(Ws, x, reference.relu, axis=0)
        gradients = reference.normalized_backward(Ws, hs, g, reference.relu_grad, axis=0)
    else:
        zs, _ = reference.network_forward(Ws, x, reference.relu)
        gradients = reference.backward(Ws, zs, g, reference.relu_grad)
    norms = np.log10([np.linalg.norm(part) for part in reversed(gradients)])
    return norms - norms[0]


plain = np.array([log10_norms(s, False) for s in scales])
normed = np.array([log10_norms(s, True) for s in scales])

fig, ax = plots.axes(
    "With batch norm the weight scale no longer matters",
    "layers travelled back from the output, k",
    "log10 gradient norm",
)
for s, curve, marker in zip(scales, plain, "osD^v", strict=True):
    ax.plot(curve, marker=marker, markevery=6, linewidth=1.2, label=f"plain, s = {s}")
ax.plot(normed.T, "-", color="black", linewidth=3)
ax.plot([], "-", color="black", linewidth=3, label="batch norm,\nall five scales")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))

print("plain, at the input:     ", plain[:, -1].round(1))
print("batch norm, at the input:", normed[:, -1].round(3))
assert plain[0, -1] < -8 and plain[-1, -1] > 8
assert np.ptp(normed[:, -1]) < 0.01 and 2 < normed[0, -1] < 3
plots.show(
    fig,
    alt="Five plain curves fan out from 0, from below minus 8 to above plus 8. Five curves with batch norm lie on one another and rise to about 2.4.",
)

# %% [markdown]
# They are one line. (Its last point falls back a little: the input itself never went through ReLU.) Double the weights, and $h$ doubles, its spread doubles, and $z$ stays: **batch norm forgets the scale of the weights.** Going back, the division by the doubled spread meets the doubled weights, and they cancel.
#
# So the sentence is right about the *scale*. A bad initialization, or weights that have drifted, neither shrink nor blow up the gradient that travels through.
#
# ### And the gradient of the weights themselves?
#
# The output does not change when the weights $W$ of a layer are replaced by $10\,W$. But the optimiser moves weights, and needs the gradient with respect to $W$.
#
# ### Exercise 4 · `weight_gradient_factor`
#
# **Predict:** all weights of a layer before batch norm are multiplied by 10. By which factor is the gradient **with respect to these weights** multiplied? Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="weight_gradient_factor"
weight_gradient_factor = ...
### BEGIN SOLUTION
weight_gradient_factor = 0.1
### END SOLUTION

# %% check="weight_gradient_factor"
check(weight_gradient_factor=weight_gradient_factor)

# %%
rng = np.random.default_rng(4)
x, g = torch.tensor(rng.normal(size=(64, 5))), torch.tensor(rng.normal(size=(64, 3)))
W, sizes = torch.tensor(rng.normal(size=(3, 5))), []
for scale in (1, 10):
    scaled = (scale * W).requires_grad_()
    y = torch.nn.functional.batch_norm(x @ scaled.T, None, None, training=True)
    (by_weights,) = torch.autograd.grad(y, scaled, g)
    sizes.append(by_weights.norm().item())
    print(f"weights times {scale:2}: gradient norm {sizes[-1]:.4f}")
print(f"ratio: {sizes[1] / sizes[0]:.4f}")
assert np.isclose(sizes[1] / sizes[0], 0.1, rtol=1e-3)

# %% [markdown]
# The same output, a tenth of the gradient. This is a brake. A step that is too long makes weights large. Large weights get small gradients, and the next step is shorter. Section 6 shows what it is worth. (It works only while there is something to brake: weights that have grown *very* large hardly move any more.)
#
# ## 4. Second half: depth
#
# Look at the black line again. It is not level: it **rises**. By how much per layer? You can work it out. Take a large batch and wide layers, and follow the *squared* norm of the gradient back through one layer.
#
# 1. **ReLU.** $z$ has mean 0, so half of the units are on. A share of $\tfrac12$ of the squared norm is left.
# 2. **Batch norm.** It divides by the spread of $h$, so the squared norm is divided by $\operatorname{Var}(h)$. (It also takes out a shift and a stretch: two directions of $B$, which hardly counts in a large batch.) And $h = W a$ with weights of variance $s^2/n$, so $\operatorname{Var}(h) = s^2 \operatorname{Var}(a)$, where $a = \max(0, z)$ and $z$ is standard normal.
# 3. **Weights.** The squared norm is multiplied by $s^2$.
#
# The $s^2$ cancels, as you have seen. What is $\operatorname{Var}(a)$? The mean of $\max(0, z)$ is $1/\sqrt{2\pi}$, the mean of its square is $\tfrac12$. The variance is the second minus the square of the first.
#
# ### Exercise 5 · `normalized_growth`
#
# **Predict:** by which factor does the **norm** of the gradient grow per layer? Give three digits or more, or a formula with numpy. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="normalized_growth"
normalized_growth = ...
### BEGIN SOLUTION
normalized_growth = np.sqrt(np.pi / (np.pi - 1))
### END SOLUTION

# %% check="normalized_growth"
check(normalized_growth=normalized_growth)

# %% [markdown]
# More than 1, at every weight scale. So batch norm alone makes the gradient **explode** with depth, and no weight scale can prevent it. This result is by G. Yang and others, *A Mean Field Theory of Batch Normalization*, 2019.
#
# ### Move it
#
# The upper panel is the plot of this course. The dashed line is the theory, 1.211 per layer. The lower panel shows how alike the examples of the batch become on the way up; we need it in section 5.
#
# **Predict before you move:** what will the weight scale do to the dots? And what will a *small* batch do: is the explosion weaker or stronger?

# %%
live("batch_norm_growth")

# %% [markdown]
# ### Exercise 6 · `small_batch_growth`
#
# Read it off the figure: normalised over the batch, with a **batch size of 8** and all 40 layers, by which factor does each layer multiply the gradient? Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="small_batch_growth"
small_batch_growth = ...
### BEGIN SOLUTION
small_batch_growth = 1.34
### END SOLUTION

# %% check="small_batch_growth"
check(small_batch_growth=small_batch_growth)

# %% [markdown]
# ### Measure it yourself
#
# Trust no figure that you cannot rebuild. You have all the parts.
#
# ### Exercise 7 · `normalized_gradient_norms(Ws, x, g_out)`
#
# - `Ws` is a list of weight matrices: `Ws[l - 1]` belongs to layer $l$ and has shape (n_l, n_{l-1}). `x` has shape (batch, n_0).
# - Layer $l$ computes $h_l = a_{l-1} W_l^\top$ (that is `a @ W.T`, one row per example), $z_l$ = batch norm of $h_l$ in training mode with $\gamma = 1$, $\beta = 0$, eps = 1e-5, and $a_l = \max(0, z_l)$.
# - `g_out`, of shape (batch, n_L), is the gradient reaching $a_L$.
#
# Return L + 1 norms: entry $l$ is the norm over the whole batch, `np.linalg.norm(g)`, of the gradient reaching $a_l$. The last one is the norm of `g_out`.
#
# Your `batch_norm` and `batch_norm_backward` are at hand, and both accept `gamma=1.0`, `beta=0.0`. In training mode the state that you pass, such as `(0.0, 1.0)`, has no effect on `y`.


# %% exercise="normalized_gradient_norms"
def normalized_gradient_norms(Ws, x, g_out):
    """The norms of the gradients reaching a_0, ..., a_L in a batch-norm ReLU network."""
    ### BEGIN SOLUTION
    hs, zs, a = [], [], x
    for W in Ws:
        hs.append(a @ W.T)
        zs.append(batch_norm(hs[-1], 1.0, 0.0, (0.0, 1.0), True)[0])
        a = np.maximum(zs[-1], 0)
    norms, g = [np.linalg.norm(g_out)], g_out
    for l in reversed(range(len(Ws))):
        g = batch_norm_backward(g * (zs[l] > 0), hs[l], 1.0)[0] @ Ws[l]
        norms.append(np.linalg.norm(g))
    return np.array(norms[::-1])
    ### END SOLUTION


# %% check="normalized_gradient_norms"
check(normalized_gradient_norms)

# %%
on_paper = np.sqrt(np.pi / (np.pi - 1))
difference = 1 / 2 - 1 / (2 * np.pi)
print(f"theory: {on_paper:.3f} per layer; Var(a) = {difference:.2f}")
assert round(on_paper, 3) == 1.211 and round(difference, 2) == 0.34 and round(on_paper**5, 1) == 2.6

# %% [markdown]
# Now measure the factor per layer, in networks of 20 layers, 200 wide. We leave out the step to the input, which is not an output of ReLU, and the step from the output, where the gradient is pure noise. Medians over 3 draws:


# %%
def growth(batch, seed, n=200, L=20):
    """The measured factor per layer."""
    rng = np.random.default_rng(seed)
    Ws = reference.gaussian_layers(n, L, 1.0, rng)
    norms = normalized_gradient_norms(Ws, rng.normal(size=(batch, n)), rng.normal(size=(batch, n)))
    return (norms[1] / norms[-2]) ** (1 / (L - 2))


factors = {}
for batch in (8, 16, 64, 512):
    factors[batch] = factor = np.median([growth(batch, seed) for seed in range(3)])
    print(f"batch {batch:>3}: {factor:.3f} per layer, {factor / on_paper - 1:+.1%} off the theory")
assert abs(factors[8] - 1.34) < 0.02
assert abs(factors[64] / on_paper - 1) < 0.02 and abs(factors[512] / on_paper - 1) < 0.02

# %% [markdown]
# At 64 and 512 examples the prediction holds within 2%. At 8 the explosion is clearly stronger: about 1.34. **A small batch makes it worse.** This is one reason why batch norm is avoided with small batches.
#
# ### Explain the difference
#
# We divided by *the* variance of $h$. A batch of $B$ has only an estimate of it, from $B$ numbers. Now and then these numbers lie close together by chance, and the division is by almost nothing. If they are independent and normal, the mean of 1/variance is larger than in a large batch by the factor $B/(B-3)$. Against this, batch norm takes out two of $B$ directions: a factor of $(B-2)/B$. Together the *squared* norm gets one more factor, $(B-2)/(B-3)$. Is that enough?

# %%
for batch, factor in factors.items():
    corrected = on_paper * np.sqrt((batch - 2) / (batch - 3))
    print(f"batch {batch:>3}: measured {factor:.3f}, corrected theory {corrected:.3f}")
    assert abs(factor / corrected - 1) < 0.03

# %% [markdown]
# Within 3%, for every batch size. The rest is the width: layers of 200 units are not infinitely wide. (`vegrad experiment batch_norm_explosion` measures wider ones, and larger batches.)
#
# ### How bad is 1.211?
#
# **Predict:** after how many layers has the gradient grown a thousand times? And after 100 layers?

# %%
print(f"a thousand times after {3 / np.log10(on_paper):.0f} layers")
print(f"100 layers: {on_paper**100:.1e} times")
assert round(3 / np.log10(on_paper)) == 36 and 2e8 < on_paper**100 < 3e8

# %% [markdown]
# So at the start of training the first of 37 layers gets a gradient a thousand times larger than the last. No single learning rate fits both. This is the second half of the sentence, and it is **false**: batch norm makes the gradient independent of the weight scale. It does *not* keep its magnitude over depth.
#
# ## 5. Why? Batch norm keeps the examples apart
#
# Look at point 2 of the derivation once more. The second moment of $a$ is $\tfrac12$. Had we divided by that, the factor would be 1. But batch norm subtracts the mean of the batch first, and what is left, the *difference between examples*, is smaller: $\tfrac12 - \tfrac1{2\pi} = 0.34$. Batch norm blows this difference up to 1, in every layer. What stretches the differences between examples stretches gradients as well.
#
# **Layer norm** makes the other choice. It takes mean and variance over the **units of one example**:
#
# $$\mu = \text{mean over the units}, \qquad y = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# No batch, so no running statistics, no modes, and a batch of one is no problem. This is one reason why networks for sequences use it.
#
# ### Exercise 8 · `layer_norm(x, gamma, beta, eps=1e-5)`
#
# `x` has shape (..., units): one example per row, or also (batch, steps, units). Normalise over the **last** axis, with the biased variance. `gamma` and `beta` have shape (units,). Return an array of the shape of `x`.


# %% exercise="layer_norm"
def layer_norm(x, gamma, beta, eps=1e-5):
    """Each example normalised over its own units, then scaled and shifted."""
    ### BEGIN SOLUTION
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta
    ### END SOLUTION


# %% check="layer_norm"
check(layer_norm)

# %% [markdown]
# **Predict** with the three steps of section 4: in a layer-norm ReLU network, by which factor does the gradient grow per layer? (With random weights the mean of $h$ over the units is nearly 0. So its variance over the units is $s^2$ times the *second moment* of $a$.)
#
# The next figure has both: the gradient going back, and in the printed lines how alike two examples become going up. Their cosine is 1 when they point in the same direction.


# %%
def over_the_batch(h):
    return batch_norm(h, 1.0, 0.0, (0.0, 1.0), True)[0]


def over_the_units(h):
    return layer_norm(h, np.ones(h.shape[-1]), np.zeros(h.shape[-1]))


def both_ways(normalise, axis, seed, n=200, L=30, batch=64):
    """log10 gradient norms going back, and the cosine of two examples at the top."""
    rng = np.random.default_rng(seed)
    Ws = reference.gaussian_layers(n, L, 1.0, rng)
    (activation, g), hs = rng.normal(size=(2, batch, n)), []
    for W in Ws:  # forward with your own functions
        hs.append(activation @ W.T)
        activation = np.maximum(normalise(hs[-1]), 0)
    gradients = reference.normalized_backward(Ws, hs, g, reference.relu_grad, axis)
    norms = np.log10([np.linalg.norm(part) for part in reversed(gradients)])
    a, b = activation[:2]
    return norms - norms[0], a @ b / np.linalg.norm(a) / np.linalg.norm(b)


fig, ax = plots.axes(
    "Over the batch the gradient explodes, over the units it stays level",
    "layers travelled back from the output, k",
    "log10 gradient norm",
)
ax.plot(np.arange(31) * np.log10(on_paper), ":", color="0.3", label="theory: 1.211 per layer")
cosine, per_layer = {}, {}
for name, normalise, axis, marker in (
    ("batch norm", over_the_batch, 0, "o"),
    ("layer norm", over_the_units, -1, "s"),
):
    runs = [both_ways(normalise, axis, seed) for seed in range(5)]
    curve = np.median([norms for norms, _ in runs], axis=0)
    cosine[name] = np.median([c for _, c in runs])
    per_layer[name] = 10 ** ((curve[-2] - curve[1]) / 28)
    ax.plot(curve, marker=marker, markevery=3, label=name)
    print(f"{name}: {per_layer[name]:.3f} per layer; cosine of two examples {cosine[name]:.2f}")
ax.legend()
assert abs(per_layer["batch norm"] / on_paper - 1) < 0.03
assert abs(per_layer["layer norm"] - 1) < 0.02
assert cosine["batch norm"] < 0.6 and cosine["layer norm"] > 0.9
plots.show(
    fig,
    alt="Log gradient norm against depth: batch norm rises along the dotted theory line to about 2.4, layer norm stays near 0.",
)

# %% [markdown]
# Layer norm keeps the gradient level: a factor of 1. The price shows in the cosine. After 30 layers of layer norm two random inputs point in almost the same direction, above 0.9: the network can hardly tell them apart. With batch norm they stay apart.
#
# Now go back to the living figure, and switch between the two. The upper and the lower panel are two sides of one coin. **These deep ReLU networks either merge their examples, or let the gradient explode.** Choosing the normalisation is choosing which.
#
# ## 6. What batch norm is good for: larger learning rates
#
# If the gradient explodes, what has batch norm ever been good for? At 5 or 10 layers the growth is mild ($1.211^5 = 2.6$), and section 3 helps: the scale of the weights does no harm, and large weights brake themselves. S. Ioffe and C. Szegedy, who proposed batch norm in 2015, trained with learning rates up to 30 times larger.
#
# **Predict:** in a small network of 5 hidden layers, how many times larger can the learning rate be with batch norm?
#
# First a measure. "Usable" must mean the same for both.
#
# ### Exercise 9 · `largest_usable_rate(rates, accuracies, goal)`
#
# - `rates` has shape (R,), in any order. `accuracies` has shape (R, seeds): one run per rate and seed. A run that diverged may hold NaN: it reached nothing, however good the other seeds of its rate are.
# - A rate is **usable** if *every* seed reaches an accuracy of at least `goal`.
#
# Return the largest usable rate as one number, or 0.0 if there is none.


# %% exercise="largest_usable_rate"
def largest_usable_rate(rates, accuracies, goal):
    """The largest rate at which all seeds reach the goal; 0.0 if there is none."""
    ### BEGIN SOLUTION
    usable = (accuracies >= goal).all(axis=1)
    return max(rates[usable], default=0.0)
    ### END SOLUTION


# %% check="largest_usable_rate"
check(largest_usable_rate)

# %% [markdown]
# ### The race
#
# The data are 1,438 images of handwritten digits, 8 by 8 pixels. The networks have 5 hidden ReLU layers of 32 units, and He initialization. Ten learning rates and three seeds are 30 networks. They are trained side by side as **one**: every weight gets an extra first axis for the network, and `@` multiplies all 30 at once.


# %%
data = digits(0)
images, labels = torch.tensor(data.x_train), torch.tensor(data.y_train)
rates, seeds = 2.0 ** np.arange(-5, 5), 3


def forward(x, Ws, bs, gammas):
    """Logits (network, batch, class). Batch norm wherever there are gammas."""
    for i in range(len(Ws) - 1):
        x = x @ Ws[i]
        if gammas:
            centred = x - x.mean(1, keepdim=True)
            x = gammas[i] * centred / torch.sqrt((centred**2).mean(1, keepdim=True) + 1e-5)
        x = torch.relu(x + bs[i])
    return x @ Ws[-1] + bs[-1]


def train(batch_norm_on, steps=80, batch=64, sizes=(64, 32, 32, 32, 32, 32, 10)):
    """Accuracy on the training images, shape (rates, seeds), after plain SGD."""
    gen, R = torch.Generator().manual_seed(0), len(rates)
    one_each = [
        torch.randn(1, seeds, a, b, generator=gen) * (2 / a) ** 0.5 for a, b in pairwise(sizes)
    ]
    Ws = [W.expand(R, -1, -1, -1).flatten(0, 1).clone() for W in one_each]
    bs = [torch.zeros(R * seeds, 1, b) for b in sizes[1:]]
    gammas = [torch.ones(R * seeds, 1, b) for b in sizes[1:-1]] if batch_norm_on else []
    parameters = [p.requires_grad_() for p in (*Ws, *bs, *gammas)]
    rate = torch.tensor(rates, dtype=torch.float32).repeat_interleave(seeds).view(-1, 1, 1)
    for _ in range(steps):
        chosen = torch.randint(len(images), (seeds, batch), generator=gen).repeat(R, 1)
        logits = forward(images[chosen], Ws, bs, gammas).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, labels[chosen].flatten(), reduction="sum")
        gradients = torch.autograd.grad(loss / batch, parameters)
        with torch.no_grad():
            for p, g in zip(parameters, gradients, strict=True):
                p -= rate * g
    with torch.no_grad():
        right = forward(images, Ws, bs, gammas).argmax(2) == labels
    return right.float().mean(1).view(R, seeds).numpy()


assert len(images) == 1438
accuracies = {"plain": train(False), "batch norm": train(True)}

# %% [markdown]
# (The accuracy is that on the training images, all of them as one batch: here the question is whether training works, not whether the digits of tomorrow are read.)
#
# Look for the two right ends. The figure shows the **worst** of the three seeds.

# %%
fig, ax = plots.axes(
    "Batch norm moves the end of the usable range far to the right",
    "log2 of the learning rate",
    "accuracy, worst of 3 seeds",
)
for (name, found), marker in zip(accuracies.items(), "so", strict=True):
    ax.plot(np.log2(rates), np.nan_to_num(found).min(axis=1), marker=marker, label=name)
ax.axhline(0.7, color="0.6", linewidth=1)
ax.annotate("goal", (4, 0.72), ha="right")
ax.legend()
plots.show(
    fig,
    alt="Accuracy against learning rate. Both curves begin near 0.8. The plain one falls to chance first, the one with batch norm several doublings later.",
)

# %%
for goal in (0.6, 0.7, 0.75):
    found = {name: float(largest_usable_rate(rates, a, goal)) for name, a in accuracies.items()}
    ratio = found["batch norm"] / found["plain"] if found["plain"] else np.inf
    print(f"goal {goal:.2f}: largest usable rates {found}, ratio {ratio:.0f}")
    if goal == 0.7:
        assert found["batch norm"] >= 4 * found["plain"] > 0

worst = {name: np.nan_to_num(a).min(axis=1) for name, a in accuracies.items()}
print("rate        plain   batch norm   (worst seed)")
for rate, plain_worst, normed_worst in zip(rates, *worst.values(), strict=True):
    print(f"{rate:8.5f} {plain_worst:8.2f} {normed_worst:9.2f}")
assert abs(worst["batch norm"][0] - worst["plain"][0]) < 0.1
assert np.all(worst["batch norm"][1:6] > worst["plain"][1:6] + 0.03)
assert worst["plain"][5] < 0.3 and worst["batch norm"][5] > 0.8

# %% [markdown]
# Several doublings: with batch norm the largest usable rate is at least 4 times as large. Do not trust the exact ratio: at its largest usable rate the worst plain seed barely clears the goal of 0.70, and a goal a little lower or higher changes the ratio by a factor of 2. The seeds, the depth and the number of steps matter too; `vegrad experiment ioffe_learning_rate` measures it over more of them.
#
# Be careful what you conclude. Look at the left end of the figure: at the smallest rate the two networks are level. From the next one on batch norm is ahead, and it still works where the plain network fails.
#
# ## 7. The verdict
#
# *Normalize activations within a mini-batch to stabilize gradient magnitudes.*
#
# - **True** of the weight scale: the gradient that passes through a batch-norm network does not depend on it. Larger learning rates become usable.
# - **False** of depth: the gradient grows by 1.211 per ReLU layer at the start of training, and faster in small batches. The cure of one illness is the cause of another.
# - "Activations" is loose: the original places batch norm *before* the activation, on $h = Wa$, and so did we.
#
# What if a layer could leave most of the signal alone, and only *add* something to it? Then its Jacobian would be the identity plus something small, and neither the examples would merge nor the gradient explode. That is a **residual connection**. Lesson 09 builds it, and joins it with batch norm.
#
# ## Summary
#
# - Batch norm: per unit, over the batch. Training uses the batch, evaluation the running statistics. Biased variance to normalise, unbiased to remember.
# - Its backward pass takes two parts out of the gradient, since the mean and the spread are made of the same numbers.
# - Scale of the weights times $c$: output unchanged, weight gradient divided by $c$.
# - Deep batch-norm ReLU networks multiply the gradient norm by $\sqrt{\pi/(\pi-1)} = 1.211$ per layer. Layer norm keeps it at 1, and lets examples merge.
#
# **Next:** lesson 08, *Taming explosions*. What to do with a gradient that is too large, wherever it came from.
#
# **Read on**
# - S. Ioffe, C. Szegedy: *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, 2015. The proposal; section 3.3 is about larger learning rates.
# - G. Yang, J. Pennington, V. Rao, J. Sohl-Dickstein, S. S. Schoenholz: *A Mean Field Theory of Batch Normalization*, 2019. The explosion, for every activation. Also: after a single step of training it is much milder.
# - J. L. Ba, J. R. Kiros, G. E. Hinton: *Layer Normalization*, 2016.
# - S. Santurkar, D. Tsipras, A. Ilyas, A. Madry: *How Does Batch Normalization Help Optimization?*, 2018. Why "internal covariate shift" may not be the reason.

# %%
progress()
