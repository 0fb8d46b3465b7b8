# %% [markdown]
# # 09 · Residual networks
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# So far you have tuned each layer so that it passes the gradient on without loss. There is another way: leave a road around the layer. The road is one `+` in the code, and it changed how deep a network can be.
#
# **When you finish you can**
# - write residual blocks of three kinds, with a projection where shapes differ;
# - say why the Jacobian of a block is $I + J_F$, and predict how fast gradients grow through a stack of blocks;
# - choose the scale of the branch so that 60 blocks are safe, and say how batch normalisation chooses it for you;
# - test a published claim about shattered gradients, and find out why somebody failed to see them;
# - say when "use fewer layers" is the better cure, and when it is none.
#
# **You need** lessons 03 and 07. **Time:** about 90 minutes.

# %%
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from vegrad_course import check, datasets, hint, plots, progress, reference
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. More layers, worse fit
#
# Take a healthy layer: He's weights, batch normalisation, ReLU. Stack it. We train on the digits, three networks for each depth, from three different starts. All three train at once: every array has the network as its first axis, so one batched product does the work of three.
#
# The first cell holds the training loop and is the same for the whole lesson. `scores(x)` gives the scores of the ten digits.

# %%
data = datasets.digits()
x_train, y_train = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
NETS, WIDTH = 3, 32
sgd, adam = partial(torch.optim.SGD, lr=0.1), partial(torch.optim.Adam, lr=1e-3)


def accuracy(scores):
    """The share of the training images that each network gets right."""
    with torch.no_grad():
        found = scores(x_train.expand(NETS, -1, -1)).argmax(dim=2)
    return (found == y_train).float().mean(dim=1).numpy()


def fit(optimizer, scores, epochs, batch=64):
    """Train; accuracy of each network after each epoch, shape (epochs, NETS)."""
    draw, history = torch.Generator().manual_seed(1), []
    for _ in range(epochs):
        orders = [torch.randperm(len(x_train), generator=draw) for _ in range(NETS)]
        orders = torch.stack(orders)
        for rows in orders[:, : len(x_train) // batch * batch].split(batch, dim=1):
            loss = nn.functional.cross_entropy(
                scores(x_train[rows]).flatten(0, 1), y_train[rows].flatten()
            )
            optimizer.zero_grad()
            (NETS * loss).backward()
            optimizer.step()
        history.append(accuracy(scores))
    return np.array(history)


# %% [markdown]
# Now the stacks themselves. The plain one is layer after layer. The residual one has the same layers, in blocks of two, and adds the input of each block to its output. Compare the last lines of the two functions: the `a +` is the whole difference.


# %%
def normalised(z):
    """Batch normalisation over the batch, axis 1."""
    variance, mean = torch.var_mean(z, dim=1, keepdim=True, correction=0)
    return (z - mean) / (variance + 1e-5).sqrt()


def plain(a, layers):
    for W, gain, shift in layers:
        a = torch.relu(normalised(a @ W) * gain + shift)
    return a


def residual(a, layers):
    for (W1, gain1, shift1), (W2, gain2, shift2) in zip(layers[::2], layers[1::2], strict=True):
        h = torch.relu(normalised(a @ W1) * gain1 + shift1)
        a = torch.relu(a + normalised(h @ W2) * gain2 + shift2)
    return a


def train_stack(body, depth, epochs, method=sgd, gain=1.0):
    """Accuracy after each epoch of NETS stacks of this depth; He's weights."""
    draw = torch.Generator().manual_seed(0)
    parameters = [
        torch.randn(NETS, 64, WIDTH, generator=draw) / 8,
        torch.randn(depth, NETS, WIDTH, WIDTH, generator=draw) * (2 / WIDTH) ** 0.5,
        torch.full((depth, NETS, 1, WIDTH), gain),
        torch.zeros(depth, NETS, 1, WIDTH),
        torch.randn(NETS, WIDTH, 10, generator=draw) / WIDTH**0.5,
    ]
    first, Ws, gains, shifts, readout = (p.requires_grad_() for p in parameters)

    def scores(x):
        layers = list(zip(Ws.unbind(), gains.unbind(), shifts.unbind(), strict=True))
        return body(x @ first, layers) @ readout

    return fit(method(parameters), scores, epochs)


# %% [markdown]
# **Predict:** plain stacks of 4, 10, 20 and 40 layers, 6 epochs each, with plain gradient descent on small batches. A deeper network can do all that a shallower one can: its extra layers need only pass on what they get. So the accuracy *on the training images* should not fall with depth. What do you expect?

# %%
depths = (4, 10, 20, 40)
plain_runs = {depth: train_stack(plain, depth, 6)[-1] for depth in depths}
for depth, found in plain_runs.items():
    middle, low, high = 100 * np.median(found), 100 * found.min(), 100 * found.max()
    print(
        f"plain, {depth:2d} layers: {middle:.0f}% of the training images ({low:.0f} to {high:.0f})"
    )
medians = [np.median(found) for found in plain_runs.values()]
assert medians[0] > 0.95 and medians[2] < 0.8 and medians[3] < 1 / 3
assert all(deep < shallow for shallow, deep in pairwise(medians))

# %% [markdown]
# Four layers fit more than 95% of the images. Twenty fit less than 80%, and forty less than a third. This is not overfitting: these are the images that the network was trained on. He, Zhang, Ren and Sun (2016) named it **degradation**: the deeper network *could* copy the shallow one, and training does not find the copy.
#
# Passing on what comes in is hard to learn for a layer of random weights and ReLUs. So make it the starting point, and let the layer learn only the *change*.
#
# A common list of remedies has a simpler one: **reduce the depth**. Your table says that here it works: 4 layers beat 40 at once, at a tenth of the cost. Keep this in mind. Section 6 asks when it stops working.
#
# ## 2. A road around the layers
#
# A **residual block** adds up two paths: the **shortcut** carries $x$ as it is, and the **branch** $F$ computes a change.
#
# $$y = x + F(x)$$
#
# The sum has one condition: $x$ and $F(x)$ must have the same shape. If the block changes the width, the shortcut needs a matrix too, the **projection** $P$: $y = P x + F(x)$.
#
# Beware: numpy adds arrays of different shapes if it can stretch one of them. **Predict** what this cell prints: an error, or a shape?

# %%
x = np.ones((4, 3))
branch_of_one_unit = np.full((4, 1), 10.0)
print((x + branch_of_one_unit).shape)
assert (x + branch_of_one_unit).shape == (4, 3)

# %% [markdown]
# No error. The one unit was copied to all three columns. In a network such a mistake trains, badly, and nobody knows why. So your shortcut must look at the shapes.
#
# ### Exercise 1 · `shortcut_sum(x, F, P=None)`
#
# Return the sum of the shortcut and the branch.
# - `x` has shape (batch, n_in): one example per row. `F` is the output of the branch, an array of shape (batch, n_out).
# - `P` is `None`, or an array of shape (n_out, n_in). If it is given, the shortcut is $P x$ for each row of `x`, always, even if the shapes would fit without it.
# - If the shortcut and `F` differ in shape, raise a `ValueError` whose message holds the two shapes: of the shortcut (after $P$) and of `F`.


# %% exercise="shortcut_sum"
def shortcut_sum(x, F, P=None):
    """x + F, or P x + F for each row; ValueError where the shapes differ."""
    ### BEGIN SOLUTION
    shortcut = x if P is None else x @ P.T
    if shortcut.shape != F.shape:
        raise ValueError(f"shortcut {shortcut.shape} and branch {F.shape} differ in shape")
    return shortcut + F
    ### END SOLUTION


# %% check="shortcut_sum"
check(shortcut_sum)

# %% [markdown]
# ### Three kinds of block
#
# In all three the branch has two layers with a ReLU between them. We leave out batch normalisation and biases here, so that you see the paths. They differ in where the other ReLU stands, and in what multiplies the branch:
#
# | kind | block | from |
# |:--|:--|:--|
# | `"post"` | $y = \mathrm{relu}\bigl(x + W_2\,\mathrm{relu}(W_1 x)\bigr)$ | the first ResNet |
# | `"pre"` | $y = x + W_2\,\mathrm{relu}\bigl(W_1\,\mathrm{relu}(x)\bigr)$ | the second ResNet |
# | `"rezero"` | $y = x + \alpha\,W_2\,\mathrm{relu}(W_1 x)$ | ReZero; $\alpha$ is learned and starts at 0 |
#
# Where the width changes, $P x$ stands in place of the $x$ on the shortcut.
#
# Look at the shortcut of each kind. In `post` a ReLU stands on the road, after the sum. In `pre` and `rezero` nothing does.
#
# ### Exercise 2 · `residual_block(x, params, kind)`
#
# Return the output of one block, shape (batch, n_out).
# - `x` has shape (batch, n_in): one example per row.
# - `params` is a dict. It always holds `"W1"` of shape (n_hidden, n_in) and `"W2"` of shape (n_out, n_hidden). It holds `"P"` of shape (n_out, n_in) only where the shortcut is projected, and the number `"alpha"` only for kind `"rezero"`.
# - `kind` is `"post"`, `"pre"` or `"rezero"`.
#
# Your `shortcut_sum` may help. `params.get("P")` is `None` where there is no P.


# %% exercise="residual_block"
def residual_block(x, params, kind):
    """The output of a residual block, shape (batch, n_out)."""
    ### BEGIN SOLUTION
    entry = np.maximum(x, 0) if kind == "pre" else x
    F = np.maximum(entry @ params["W1"].T, 0) @ params["W2"].T
    if kind == "rezero":
        F = params["alpha"] * F
    y = shortcut_sum(x, F, params.get("P"))
    return np.maximum(y, 0) if kind == "post" else y
    ### END SOLUTION


# %% check="residual_block"
check(residual_block)

# %% [markdown]
# **Predict:** a ReZero block with $\alpha = 0$ and a `pre` block whose $W_2$ is 0 do nothing at all. Does the `post` block with $W_2 = 0$ also hand on its input unchanged?

# %%
rng = np.random.default_rng(0)
rows = rng.normal(size=(5, 4))
idle = {"W1": rng.normal(size=(6, 4)), "W2": np.zeros((4, 6)), "alpha": 0.0}
for kind in ("pre", "rezero", "post"):
    same = np.array_equal(residual_block(rows, idle, kind), rows)
    print(f"{kind:>6}: output equals input: {same}")
    assert same == (kind != "post")

# %% [markdown]
# It does not: the ReLU after the sum cuts off all negative entries. From the second block on its input has none, so the harm is small. But the road is not quite free, and going back, each of these ReLUs stops a part of the gradient. He et al. moved the ReLU into the branch for this reason, and trained 1,001 layers.
#
# ## 3. I + J
#
# Now the gradient. Take $y = x + W_2 f(W_1 x)$. The derivative of a sum is the sum of the derivatives, and the derivative of $x$ by $x$ is the identity:
#
# $$\frac{\partial y}{\partial x} = I + J_F$$
#
# $J_F$ is the Jacobian of the branch alone: two layers, as in lesson 03.
#
# ### Exercise 3 · `block_jacobian(W1, W2, x, df)`
#
# Return the Jacobian of $y = x + W_2 f(W_1 x)$. `W1` has shape (m, n), `W2` has shape (n, m), `x` has shape (n,). `df` is the derivative of $f$; call it with the pre-activations of the hidden layer. The result has shape (n, n).


# %% exercise="block_jacobian"
def block_jacobian(W1, W2, x, df):
    """The Jacobian of y = x + W2 f(W1 x), shape (n, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x)) + W2 @ np.diag(df(W1 @ x)) @ W1
    ### END SOLUTION


# %% check="block_jacobian"
check(block_jacobian)

# %% [markdown]
# What does the $I$ do to the singular values? Here is a branch that is much too weak: on its own it leaves little more than half of any gradient, and of most directions far less. **Predict** the smallest singular value of the whole block.

# %%
rng = np.random.default_rng(1)
W1, W2, point = 0.2 * rng.normal(size=(8, 8)), 0.2 * rng.normal(size=(8, 8)), rng.normal(size=8)
whole = np.linalg.svd(block_jacobian(W1, W2, point, reference.tanh_grad), compute_uv=False)
alone = np.linalg.svd(
    block_jacobian(W1, W2, point, reference.tanh_grad) - np.eye(8), compute_uv=False
)
print(f"branch alone: singular values {alone.max():.2f} down to {alone.min():.4f}")
print(f"whole block:  singular values {whole.max():.2f} down to {whole.min():.2f}")
assert alone.max() < 0.55 and np.median(alone) < 0.3
assert whole.min() > 1 - alone.max() > 0.3

# %% [markdown]
# If the branch stretches nothing by more than $s < 1$, the block stretches nothing by less than $1 - s$. No direction can be lost in one block, however weak the branch is. (A strong branch can still do harm: with $J_F = -I$ nothing is left.)
#
# ### Exercise 4 · `gradient_vs_depth(Js, g, kind)`
#
# Send a gradient back through a stack. `Js` is a list of the L branch Jacobians, each of shape (n, n); `Js[0]` belongs to the first block, the one at the input. `g` is the gradient at the output of the stack, shape (n,). `kind` is `"plain"`, where a block is its branch alone, or `"residual"`, where a block has a shortcut around its branch.
#
# Return the **log10 of the norm** of the gradient after $k = 0, 1, \dots, L$ blocks travelled back: L + 1 numbers, with the output first.


# %% exercise="gradient_vs_depth"
def gradient_vs_depth(Js, g, kind):
    """log10 of the gradient norm after k = 0..L blocks travelled back."""
    ### BEGIN SOLUTION
    reached = [g]
    for J in reversed(Js):
        back = J.T @ reached[-1]
        reached.append(reached[-1] + back if kind == "residual" else back)
    return np.log10([np.linalg.norm(v) for v in reached])
    ### END SOLUTION


# %% check="gradient_vs_depth"
check(gradient_vs_depth)

# %% [markdown]
# ### Predict the slope
#
# Let each branch be random and scaled by $\alpha$, so that $\alpha J$ turns a gradient into a random direction and multiplies its length by $\alpha$ on average. (He's weights do this: the slopes of ReLU halve the squared norm, the weights double it.)
#
# - **Plain:** each block multiplies the norm by $\alpha$. Slope: $\log_{10}\alpha$ per block.
# - **Residual:** what comes back is $g + \alpha J^\top g$. The second part points in a random direction, so on average it stands at a right angle to the first. Then Pythagoras holds: the squared norm is multiplied by $1 + \alpha^2$. Slope: $\tfrac12\log_{10}(1+\alpha^2)$ per block.
#
# **Predict:** at $\alpha = 0.5$ and 40 blocks, how many decades does the plain gradient lose, and how many does the residual one gain? Measure with your function. Dashed lines are the predictions.

# %%
alpha, L, n = 0.5, 40, 64


def branch_jacobians(seed):
    """alpha W2 diag(relu') W1 for L random branches, half of their units on."""
    rng = np.random.default_rng(seed)
    scale = alpha * np.sqrt(2) / n
    return [
        scale * (rng.normal(size=(n, n)) * (rng.random(n) < 0.5)) @ rng.normal(size=(n, n))
        for _ in range(L)
    ]


unit = np.ones(n) / np.sqrt(n)
curves = {
    kind: np.median([gradient_vs_depth(branch_jacobians(s), unit, kind) for s in range(9)], axis=0)
    for kind in ("plain", "residual")
}
slopes = {"plain": np.log10(alpha), "residual": 0.5 * np.log10(1 + alpha**2)}

fig, ax = plots.axes(
    "One plus sign: the gradient survives 40 blocks",
    "blocks travelled back from the output",
    "log10 gradient norm",
)
for (kind, curve), marker in zip(curves.items(), "os", strict=True):
    (line,) = ax.plot(
        curve, marker=marker, markevery=5, linestyle="none", label=f"measured, {kind}"
    )
    ax.plot(slopes[kind] * np.arange(L + 1), "--", color=line.get_color(), label="predicted")
    print(f"{kind:>8}: predicted {slopes[kind] * L:+.2f} decades, measured {curve[-1]:+.2f}")
    assert abs(curve[-1] - slopes[kind] * L) < 0.8
ax.axhline(0, color="0.6", linewidth=1)
ax.legend()
assert curves["plain"][-1] < -11 and 1.5 < curves["residual"][-1] < 2.5
plots.show(
    fig,
    alt="The plain gradient falls in a straight line by about twelve decades. The residual one rises by about two. Both follow the dashed predictions.",
)

# %% [markdown]
# Twelve decades lost without the shortcut. Two decades *gained* with it. With random branches like these the shortcut cures vanishing at every $\alpha$. But read the formula again: $1 + \alpha^2$ is never below 1. **A residual stack without normalisation explodes**, slowly or fast.
#
# ### Move it
#
# Real blocks now: weights, ReLUs, a forward and a backward pass, 64 units wide. **Predict before you move:** at $\alpha = 1$ and 60 blocks the plain stack is perfectly tuned and keeps its gradient. What does the residual one do? And which $\alpha$ would you choose for 60 blocks?

# %%
live("residual_flow")

# %%
at_1 = live("residual_flow", alpha=1.0, depth=60).compute()
print(
    f"alpha = 1, 60 blocks: plain {at_1['plain_total']:+.1f} decades, residual {at_1['residual_total']:+.1f}"
)
assert abs(at_1["plain_total"]) < 1 and at_1["residual_total"] > 8

# %% [markdown]
# More than eight decades up: doubling the squared norm 60 times is $2^{60}$, or nine decades of the norm. An untamed branch makes the residual network the sick one of the two.
#
# ### Exercise 5 · `largest_alpha`
#
# You have 60 blocks, and allow the gradient norm to grow **tenfold** from the output to the input, no more. What is the largest $\alpha$? Read it off the figure, or solve the formula; give two digits after the point, or the formula with numpy. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="largest_alpha"
largest_alpha = ...
### BEGIN SOLUTION
largest_alpha = np.sqrt(100 ** (1 / 60) - 1)
### END SOLUTION

# %% check="largest_alpha"
check(largest_alpha=largest_alpha)

# %% [markdown]
# The general rule: with $\alpha = 1/\sqrt L$ the squared norm is multiplied by $(1 + 1/L)^L$. **Predict:** does it explode as L grows?

# %%
growth = {L: np.sqrt((1 + 1 / L) ** L) for L in (10, 100, 1000, 10_000)}
print({L: round(float(found), 3) for L, found in growth.items()}, "limit:", round(np.sqrt(np.e), 3))
assert all(1.58 < found < np.sqrt(np.e) for found in growth.values())

# %% [markdown]
# It never exceeds $\sqrt e = 1.65$, at any depth.
#
# ### Who sets α in a real ResNet?
#
# You will look in vain for $\alpha$ in the code of a ResNet. Batch normalisation does its work. Before (or after) each branch it brings the signal back to variance 1, so each block *adds* about 1 to the variance of the stream. After $l$ blocks the stream has variance $1 + l$, and the next branch is small beside it: its share is $1/\sqrt{1+l}$. That is an $\alpha$ that shrinks with depth.
#
# **Predict:** 60 blocks with batch normalisation at the start of each branch. The variance of the stream at the end? And the growth of the gradient, which was nearly nine decades without? (If block $l$ has $\alpha_l^2 = 1/l$, the factors $1 + 1/l = (l+1)/l$ multiply to $L + 1$: half its log10 is 0.9.)


# %%
def stream(batch_norm, seed, L=60, n=64, batch=256):
    """Variance of the stream after each block, and decades the gradient grows going back."""
    draw = torch.Generator().manual_seed(seed)
    a = [torch.randn(batch, n, generator=draw, dtype=torch.float64, requires_grad=True)]
    for _ in range(L):
        W1, W2 = torch.randn(2, n, n, generator=draw, dtype=torch.float64) / n**0.5
        z = normalised(a[-1][None])[0] if batch_norm else a[-1]
        a.append(a[-1] + torch.relu(z @ W1) @ W2 * 2**0.5)
    at_output = torch.randn(batch, n, generator=draw, dtype=torch.float64)
    at_input, reached = torch.autograd.grad(a[-1], (a[0], a[-1]), at_output)
    return [float(v.detach().var()) for v in a], float((at_input.norm() / reached.norm()).log10())


raw, tamed = ([stream(batch_norm, seed) for seed in range(3)] for batch_norm in (False, True))
variance = np.median([found for found, _ in tamed], axis=0)
grown, grown_tamed = (np.median([decades for _, decades in runs]) for runs in (raw, tamed))
print(f"variance of the stream after 10 and 60 blocks: {variance[10]:.0f}, {variance[60]:.0f}")
print(
    f"the gradient grows by {grown:.1f} decades without, {grown_tamed:.1f} with batch normalisation"
)
assert abs(variance[10] / 11 - 1) < 0.2 and abs(variance[60] / 61 - 1) < 0.15
assert grown > 8 and 0.9 < grown_tamed < 1.5

# %% [markdown]
# The variance grows by 1 per block, as predicted, and the gradient by little more than one decade. Our 0.9 was too low. **Why?** Batch normalisation subtracts the mean over the batch before it divides. ReLUs are never negative, so of the 1 that a block adds, the share $1/\pi$ is the same for every example, and is subtracted. The variance that counts grows by $1 - 1/\pi = 0.68$ per block, and $\alpha_l$ shrinks more slowly.

# %%
counts = 1 + (1 - 1 / np.pi) * np.arange(60)
better = 0.5 * np.log10(1 + 1 / counts).sum()
print(
    f"decades: first prediction {0.5 * np.log10(61):.2f}, better {better:.2f}, measured {grown_tamed:.2f}"
)
assert abs(better - grown_tamed) < 0.15

# %% [markdown]
# So batch normalisation and the shortcut need each other. In lesson 07 batch normalisation alone made gradients explode in a plain stack; the shortcut alone explodes as well. Together they do not.
#
# ## 4. ReZero: start as the identity
#
# If small branches are good, start with none. **ReZero** multiplies each branch by its own number $\alpha$, sets all of them to 0, and learns them. At the start the whole network is the identity, at any depth, with no normalisation at all.
#
# **Predict:** at $\alpha = 0$ nothing passes through the branch. So the gradient of $W_1$ and $W_2$ is 0. Can such a block ever wake up?
#
# ### Exercise 6 · `rezero_gradients(x, W1, W2, alpha, g)`
#
# For one example, $y = x + \alpha F(x)$ with $F(x) = W_2\,\mathrm{relu}(W_1 x)$. `x` and `g` have shape (n,), `W1` (m, n), `W2` (n, m); `alpha` is a number, and `g` is the gradient of the loss at $y$. In numpy, relu is `np.maximum(z, 0)`. Return two things, `gx, galpha`: the gradient by `x`, shape (n,), and the gradient by `alpha`, one number.


# %% exercise="rezero_gradients"
def rezero_gradients(x, W1, W2, alpha, g):
    """The gradients by x, shape (n,), and by alpha, a number."""
    ### BEGIN SOLUTION
    h = np.maximum(W1 @ x, 0)
    on = np.sign(h)  # the slope of relu: 1 where the unit is on, else 0
    through_branch = W1.T @ ((W2.T @ g) * on)
    return g + alpha * through_branch, g @ (W2 @ h)
    ### END SOLUTION


# %% check="rezero_gradients"
check(rezero_gradients)

# %%
rng = np.random.default_rng(2)
sizes = ((4,), (6, 4), (4, 6), (4,))
x0, V1, V2, g0 = (rng.normal(size=size) for size in sizes)
gx, galpha = rezero_gradients(x0, V1, V2, 0.0, g0)
print("gradient by x equals g:", np.array_equal(gx, g0))
print(f"gradient by alpha: {galpha:+.2f}")
assert np.array_equal(gx, g0) and abs(galpha) > 0.1

# %% [markdown]
# It can. The gradient passes unchanged, and $\alpha$ itself has a gradient that is not 0. The first step moves $\alpha$ off 0, and from then on the weights learn too.
#
# ### 64 layers without normalisation
#
# **Predict:** three stacks of 64 layers, no batch normalisation: plain with He's weights; the same layers in 32 blocks of kind `rezero`, with $\alpha$ starting at 1; and with $\alpha$ starting at 0. Which of them learns in 5 epochs? Look at the first epochs of the curves.


# %%
def plain_without_norm(a, layers):
    for W, _, shift in layers:
        a = torch.relu(a @ W + shift)
    return a


def residual_with_alpha(a, layers):
    """Blocks of two layers. One alpha each: the mean of the factors kept for each unit."""
    for (W1, _, shift1), (W2, alphas, shift2) in zip(layers[::2], layers[1::2], strict=True):
        h = torch.relu(a @ W1 + shift1)
        a = a + alphas.mean(dim=2, keepdim=True) * (h @ W2 + shift2)
    return a


curves = {
    "ReZero: α starts at 0": train_stack(residual_with_alpha, 64, 5, adam, gain=0.0),
    "shortcut, α starts at 1": train_stack(residual_with_alpha, 64, 5, adam, gain=1.0),
    "plain": train_stack(plain_without_norm, 64, 5, adam),
}
fig, ax = plots.axes(
    "64 layers, no normalisation: only ReZero learns", "epoch", "training accuracy"
)
for (name, curve), marker in zip(curves.items(), "osD", strict=True):
    ax.plot(range(1, 6), np.median(curve, axis=1), marker=marker, label=name)
    print(f"{name}: {100 * np.median(curve[-1]):.0f}%")
ax.set_ylim(0, 1)
ax.set_xticks(range(1, 6))
ax.legend(loc="center right")
finals = [np.median(curve[-1]) for curve in curves.values()]
assert finals[0] > 0.85 and max(finals[1:]) < 0.5
plots.show(
    fig,
    alt="Training accuracy over five epochs. ReZero rises above 85 percent, the other two stay below 50.",
)

# %% [markdown]
# One number per block, started at 0 in place of 1, decides. (The command `vegrad experiment rezero` trains 128 layers for 15 epochs.)
#
# ## 5. Shattered gradients: a textbook on trial
#
# Gradients have more than a length. Take a network with one input and one output, and draw $dy/dx$ against $x$. If the curve is smooth, a small step that helps one example also helps its neighbours. If it jumps like noise, every example pulls in its own direction.
#
# Balduzzi et al. (2017) report: in deep plain networks **with batch normalisation** the gradient is like white noise. With shortcuts it is far smoother. They call it the **shattered gradients** problem.
#
# The networks: one input, 100 ReLU units per layer, He's weights, no biases, random and not trained. We ask for $dy/dx$ at 200 inputs from −2 to 2, so neighbours are 0.02 apart. `treat` says what happens to the pre-activations of each layer.


# %%
def input_gradients(depth, shortcut=False, treat="batch norm", width=100, networks=8, seed=0):
    """dy/dx of random networks at 200 inputs, shape (networks, 200); `depth` layers after the first."""
    draw = torch.Generator().manual_seed(seed)

    def random(*shape):
        return torch.randn(networks, *shape, generator=draw, dtype=torch.float64)

    def layer(a):
        z = a @ random(a.shape[2], width) * (2 / a.shape[2]) ** 0.5
        if treat in ("batch norm", "centring"):
            z = z - z.mean(dim=1, keepdim=True)  # over the 200 inputs
        if treat in ("batch norm", "scaling"):
            z = z / (z.square().mean(dim=1, keepdim=True) + 1e-5).sqrt()
        if treat == "random biases":
            z = z + 0.3 * random(1, width)
        return z

    x = (torch.arange(-100, 100, dtype=torch.float64).reshape(1, -1, 1) + 0.5) / 50
    x = x.repeat(networks, 1, 1).requires_grad_()
    a = torch.relu(layer(x))
    for _ in range(depth):
        a = torch.relu(a + layer(a) if shortcut else layer(a))
    (found,) = torch.autograd.grad((a @ random(width, 1)).sum(), x)
    return found[..., 0].numpy()


shown = {
    "plain, 1 layer more": input_gradients(1)[0],
    "plain, 16 more": input_gradients(16)[0],
    "residual, 16 more": input_gradients(16, shortcut=True)[0],
}
fig, ax = plots.axes(
    "The gradient at 200 inputs: smooth, shattered, and in between",
    "input x",
    "gradient dy/dx, each curve in its own units",
    height=4.6,
)
for place, (name, gradient) in enumerate(shown.items()):
    ax.plot(
        (np.arange(-100, 100) + 0.5) / 50,
        gradient / np.abs(gradient).max() - 2.2 * place,
        "-",
        linewidth=1.2,
    )
    ax.annotate(name, (-2, -2.2 * place + 1.02))
ax.set_yticks([])
plots.show(
    fig,
    alt="Three curves. The shallow plain gradient moves in steps. The deep plain one jumps up and down at every point. The deep residual one lies in between.",
)

# %% [markdown]
# ### Exercise 7 · `gradient_correlation(gradients, lag)`
#
# Put a number on it. `gradients` has shape (networks, points). For each network, take the correlation (Pearson's, between −1 and 1) between the gradients at all points and at the points `lag` further on; points without a partner are left out. Return the **mean over the networks**, one number.


# %% exercise="gradient_correlation"
def gradient_correlation(gradients, lag):
    """Mean over networks of the correlation between points `lag` apart."""
    ### BEGIN SOLUTION
    each = [np.corrcoef(row[:-lag], row[lag:])[0, 1] for row in gradients]
    return np.mean(each)
    ### END SOLUTION


# %% check="gradient_correlation"
check(gradient_correlation)

# %% [markdown]
# Neighbours in the paper's sense are close, not equal: we take inputs 0.1 apart, which is `lag = 5`. **Predict:** the paper says that the correlation of plain networks halves with each layer. What is left after 4 layers, with and without a shortcut?

# %%
layers_more = (1, 2, 4, 8, 16)
with_norm = {
    name: [gradient_correlation(input_gradients(depth, shortcut), 5) for depth in layers_more]
    for name, shortcut in (("plain", False), ("residual", True))
}
for name, found in with_norm.items():
    print(f"{name:>8}, batch norm, after {layers_more} layers:", np.round(found, 2))
plain_found, residual_found = with_norm.values()
assert abs(plain_found[0] - 0.6) < 0.12 and abs(plain_found[1] - 0.37) < 0.12
assert max(np.abs(plain_found[2:])) < 0.15
assert residual_found[2] > 0.3 and all(
    r > p for p, r in zip(plain_found, residual_found, strict=True)
)

# %% [markdown]
# About .6, then under .4, then nothing: after 4 plain layers the gradient at $x$ says nothing about the gradient at $x + 0.1$. With shortcuts the correlation is still well above .3 there. The paper is right: shattering is real, and shortcuts slow it down.
#
# ### The replication that failed
#
# Published teaching material repeats the experiment on random ReLU networks with He's weights, and sees smooth gradients at every depth. Seen from there, the effect does not exist. Here is such an attempt. **Predict** first: what will you see?

# %%
failed = [gradient_correlation(input_gradients(depth, treat="nothing"), 5) for depth in layers_more]
print(f"plain, the replication, after {layers_more} layers:", np.round(failed, 3))
assert min(failed) > 0.9

# %% [markdown]
# .95 at every depth, to the digit. The measurement is sound, and it disagrees with the paper. When two careful people disagree, they did not do the same thing. Something is missing in the replication. You are to find out **which single change** brings shattering back.
#
# The suspects: more layers, wider layers, and the two halves of batch normalisation, each alone. **Centring** subtracts the mean over the inputs, **scaling** divides by the root mean square.

# %%
suspects = {
    "nothing, 16 layers": input_gradients(16, treat="nothing"),
    "more layers: 32": input_gradients(32, treat="nothing"),
    "wider layers: 300": input_gradients(16, treat="nothing", width=300, networks=2),
    "scaling alone": input_gradients(16, treat="scaling"),
    "centring alone": input_gradients(16, treat="centring"),
    "both: batch norm": input_gradients(16),
}
for name, found in suspects.items():
    print(f"{name:>20}: {gradient_correlation(found, 5):+.2f}")

# %% [markdown]
# ### Exercise 8 · `what_it_lacked`
#
# Name the one change: `"centring"`, `"scaling"`, `"more layers"` or `"wider layers"`, in quotes. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="what_it_lacked"
what_it_lacked = ...
### BEGIN SOLUTION
what_it_lacked = "centring"
### END SOLUTION

# %% check="what_it_lacked"
check(what_it_lacked=what_it_lacked)

# %% [markdown]
# Why? The gradient of a ReLU network changes only at **kinks**, the inputs where some unit switches on or off. Without biases every unit of every layer is $|x|$ times a constant on each side of 0. It switches at $x = 0$ and nowhere else. One kink, at any depth: nothing can shatter.
#
# Count the kinks: the places where the gradient of one network changes between neighbouring inputs.

# %%
for treat in ("nothing", "random biases", "centring", "batch norm"):
    found = input_gradients(4, treat=treat)
    jumps = np.abs(np.diff(found, axis=1)) > 1e-3 * np.abs(found).max(axis=1, keepdims=True)
    kinks = np.median(jumps.sum(axis=1))
    print(f"{treat:>14}: the gradient changes between {kinks:.0f} of 199 pairs of neighbours")
    if treat == "nothing":
        assert kinks == 1
    if treat in ("centring", "batch norm"):
        assert kinks > 150

# %% [markdown]
# One, against nearly all. Subtracting the mean over the inputs makes every unit switch somewhere *among* the inputs, and in a different place each.
#
# Biases move kinks as well. Drawn at random, they shatter the gradient only in part:

# %%
with_biases = [
    gradient_correlation(input_gradients(depth, treat="random biases"), 5) for depth in (4, 16)
]
print("random biases, after 4 and 16 layers:", np.round(with_biases, 2))
assert min(with_biases) > 0.35

# %% [markdown]
# So the verdict: the paper and the replication are both right about the networks that they measured. The claim needs its condition, *with batch normalisation*. A claim without its condition is a different claim.
#
# ## 6. Does it train?
#
# Back to section 1, where 40 plain layers failed. The same layers in blocks of two, with a shortcut around each. **Predict** the accuracy at 4, 10, 20 and 40 layers.

# %%
residual_runs = {depth: train_stack(residual, depth, 6)[-1] for depth in depths}
fig, ax = plots.axes("Shortcuts let the deep network fit", "layers", "training accuracy")
for (name, runs), marker in zip(
    {"residual": residual_runs, "plain": plain_runs}.items(), "os", strict=True
):
    ax.plot(depths, [np.median(found) for found in runs.values()], marker=marker, label=name)
    for depth, found in runs.items():
        ax.vlines(depth, found.min(), found.max(), color="0.6", linewidth=1, zorder=1)
        print(f"{name}, {depth:2d} layers: {100 * np.median(found):3.0f}%")
ax.set_ylim(0, 1.03)
ax.legend(loc="lower left")
residual_medians = [np.median(found) for found in residual_runs.values()]
assert min(residual_medians) > 0.9 and residual_medians[3] > medians[3] + 0.4
assert max(residual_medians) - medians[0] < 0.03, "depth buys next to nothing on this task"
plots.show(
    fig,
    alt="Training accuracy against depth. The plain curve falls steeply towards 40 layers; the residual curve stays close to 100 percent.",
)

# %% [markdown]
# The residual stacks all fit more than 90%. Be honest about the rest: the best of them beats the *plain* stack of 4 layers by less than 3 points. On this task depth buys next to nothing, since every layer sees the whole image. Here **reducing the depth is enough**: simpler, and cheaper.
#
# ### Where fewer layers fail
#
# Depth is worth having when a layer sees only a part. A convolution of 3 × 3 pixels sees 3 × 3 pixels; two of them see 5 × 5. With too few layers *no unit ever sees a whole digit*.
#
# So let us build a real **ResNet**, small: convolutions, batch normalisation, two stages of 8 and 16 channels, the second at half the size, with a projection where the shape changes. `groups=NETS` keeps three networks side by side in one convolution.


# %%
def convolution(c_in, c_out, size=3, stride=1):
    conv = nn.Conv2d(
        NETS * c_in, NETS * c_out, size, stride, padding=size // 2, groups=NETS, bias=False
    )
    nn.init.kaiming_normal_(conv.weight)
    return nn.Sequential(conv, nn.BatchNorm2d(NETS * c_out))


class Block(nn.Module):
    """Two convolutions, and a shortcut around them if `skip`; projected where shapes differ."""

    def __init__(self, c_in, c_out, skip):
        super().__init__()
        stride = 1 if c_in == c_out else 2
        self.branch = nn.Sequential(
            convolution(c_in, c_out, stride=stride), nn.ReLU(), convolution(c_out, c_out)
        )
        self.skip = skip
        self.projection = nn.Identity() if c_in == c_out else convolution(c_in, c_out, 1, stride)

    def forward(self, x):
        F = self.branch(x)
        return torch.relu(self.projection(x) + F if self.skip else F)


class ConvNet(nn.Module):
    """A convolution, `blocks` blocks in each of two stages, the mean over all pixels, a readout."""

    def __init__(self, blocks, skip):
        super().__init__()
        widths = [8] * (blocks + 1) + [16] * blocks
        pairs = pairwise(widths)
        self.body = nn.Sequential(
            convolution(1, 8), nn.ReLU(), *[Block(a, b, skip) for a, b in pairs]
        )
        self.readout = nn.Conv2d(NETS * widths[-1], NETS * 10, 1, groups=NETS)

    def forward(self, images):
        pooled = self.body(images.expand(-1, NETS, -1, -1)).mean(dim=(2, 3), keepdim=True)
        return self.readout(pooled).reshape(len(images), NETS, 10)


# %% [markdown]
# **Predict** for 2, 10 and 26 layers, plain and residual: which accuracy rises with depth, and which falls? (With 2 layers there is no block, so both are the same network.)


# %%
def train_conv(blocks, skip, epochs=3, batch=64):
    """Training accuracy of NETS networks; SGD with momentum, its rate falling to 0."""
    torch.manual_seed(0)
    net, images = ConvNet(blocks, skip), x_train.reshape(-1, 1, 8, 8)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    steps = epochs * (len(images) // batch)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    for _ in range(epochs):
        order = torch.randperm(len(images))[: len(images) // batch * batch]
        for rows in order.split(batch):
            loss = nn.functional.cross_entropy(
                net(images[rows]).flatten(0, 1), y_train[rows].repeat_interleave(NETS)
            )
            optimizer.zero_grad()
            (NETS * loss).backward()
            optimizer.step()
            falling.step()
    net.eval()
    with torch.no_grad():
        right = net(images).argmax(dim=2) == y_train[:, None]
    return right.float().mean(dim=0).numpy()


blocks = (0, 2, 6)
layers = [4 * count + 2 for count in blocks]
conv_plain = [train_conv(count, skip=False) for count in blocks]
patient = train_conv(0, skip=False, epochs=30)
conv_residual = [conv_plain[0]] + [train_conv(count, skip=True) for count in blocks[1:]]

fig, ax = plots.axes("A small ResNet gains from depth", "convolutional layers", "training accuracy")
for name, runs, marker in (("residual", conv_residual, "o"), ("plain", conv_plain, "s")):
    ax.plot(layers, [np.median(found) for found in runs], marker=marker, label=name)
    for depth, found in zip(layers, runs, strict=True):
        ax.vlines(depth, found.min(), found.max(), color="0.6", linewidth=1, zorder=1)
        print(f"{name}, {depth:2d} layers: {100 * np.median(found):3.0f}%")
ax.set_ylim(0, 1.03)
ax.legend(loc="lower right")
print(f"2 layers, ten times the epochs: {100 * np.median(patient):.0f}%")
few, some_plain, many_plain = (np.median(found) for found in conv_plain)
_, some, many = (np.median(found) for found in conv_residual)
assert few < 0.45 and some_plain > few + 0.2 and many > some - 0.05
assert many > 0.85 and many > many_plain + 0.2 and np.median(patient) < some
plots.show(
    fig,
    alt="Both curves start low at 2 layers and rise to 10. From there the plain curve falls, and the residual one goes on towards 100 percent.",
)

# %% [markdown]
# Three lessons in one figure.
# - **Two layers fail.** Each unit sees 3 × 3 pixels, and the mean over all pixels forgets where they were. Ten times the epochs do not bring them to what the residual network of 10 layers has after 3. Reducing the depth took away what the task needs. (With its blocks the second stage is gone too, so these two layers have 8 channels, not 16. The figure does not tell the two losses apart.)
# - **26 plain layers fail as well**, for the reason of section 1.
# - **The residual network may be deep.** It gets what depth has to give, without the price.
#
# So the remedy "simplify the network by reducing its depth" is a good first try: cheap, and often enough. It fails where depth does work. Then keep the depth, and add the shortcut.
#
# ## Summary
#
# - A deeper plain network fits **worse**, on the training data itself: degradation.
# - A residual block adds a shortcut: $y = x + F(x)$, or $P x + F(x)$ where shapes differ. numpy may hide a wrong shape by a broadcast: look at shapes before you add.
# - Its Jacobian is $I + J_F$. With weak or random branches the gradient does not vanish. It can explode: each random block multiplies the squared norm by $1 + \alpha^2$. A scale of $1/\sqrt L$ tames it; batch normalisation sets a similar scale by itself; ReZero starts at 0 and learns it.
# - Gradients shatter in deep plain networks *with batch normalisation*, and far less with shortcuts. Without centring there are no kinks, and nothing to shatter.
# - Fewer layers are a cure when depth is not needed. When it is, shortcuts are.
#
# **Next:** lesson 10, *Recurrent networks*: the same weights at every step, and depth that is time.
#
# **Read on**
# - K. He, X. Zhang, S. Ren, J. Sun: *Deep Residual Learning for Image Recognition*, 2016. Degradation, and the blocks of kind `post`.
# - K. He, X. Zhang, S. Ren, J. Sun: *Identity Mappings in Deep Residual Networks*, 2016. Kind `pre`, and why nothing should stand on the shortcut.
# - D. Balduzzi, M. Frean, L. Leary, J. P. Lewis, K. W.-D. Ma, B. McWilliams: *The Shattered Gradients Problem: If resnets are the answer, then what is the question?*, 2017.
# - T. Bachlechner, B. P. Majumder, H. Mao, G. Cottrell, J. McAuley: *ReZero is All You Need: Fast Convergence at Large Depth*, 2021.
# - S. De, S. L. Smith: *Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks*, 2020. The hidden $\alpha$ of section 3.

# %%
progress()
