# %% [markdown]
# # 08 · Taming explosions
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# A gradient that vanishes makes training slow. A gradient that explodes ends it, sometimes in one step. This lesson is about first aid: clip the gradient, lower the learning rate, hold the weights small. All three are often recommended in one breath. They do different things, and you will measure where each one helps, and where it fails.
#
# **When you finish you can**
# - clip a gradient without bending its direction, and say what a NaN does to it;
# - predict the largest learning rate that a loss bears, and measure where the stable range of a network ends;
# - write a step of SGD and of Adam with both kinds of weight decay;
# - choose between clipping, a lower learning rate and L2 regularisation, and name the case in which each fails.
#
# **You need** [lesson 02](../02_deep_chains/02_deep_chains.ipynb) and [lesson 03](../03_jacobians/03_jacobians.ipynb), and a little PyTorch. **Time:** about 75 minutes.

# %%
from itertools import pairwise

import numpy as np
import torch

from vegrad_course import check, datasets, hint, plots, progress, reference
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. A cliff
#
# Take a chain of 50 sigmoid units that share **one** weight $w$ and one bias, $b = -2.5$. It is the smallest recurrent network:
#
# $$a_l = \sigma(w\,a_{l-1} + b), \qquad a_0 = 0.9, \qquad \text{loss} = (a_{50} - 0.7)^2.$$
#
# For a large $w$ the chain remembers that it started high. For a small $w$ it forgets, and falls to a low value. Between the two there is a brink.
#
# In lesson 02 the gradient passed back through a chain was a product of factors $w\,f'(z)$. The next figure shows it on the usual axes, for two weights that differ by 0.24. **Predict:** how different can the two gradients be at the start of the chain?


# %%
def shared_chain(w, bias=-2.5, layers=50):
    """Pre-activations and the last activation of the chain."""
    a, zs = 0.9, []
    for _ in range(layers):
        zs.append(w * a + bias)
        a = reference.sigmoid(zs[-1])
    return np.array(zs), a


fig, ax = plots.axes(
    "Close to the brink, the same chain keeps its gradient",
    "layers travelled back from the output, k",
    "log₁₀ |gradient|",
)
reached = {}
for w in (5.0, 4.76):
    zs, _ = shared_chain(w)
    gradients = reference.gradient_per_layer(np.full(50, w), zs, reference.sigmoid_grad)
    reached[w] = np.log10(gradients[::-1])
    ax.plot(reached[w], label=f"w = {w}")
ax.axhline(0, color="0.6", linewidth=1)
ax.legend()
print({w: f"10^{curve[-1]:.1f}, at most 10^{curve.max():.1f}" for w, curve in reached.items()})
assert reached[4.76].max() > 0.8 and reached[4.76][-1] - reached[5.0][-1] > 10
plots.show(
    fig,
    alt="Log gradient against layers travelled back. At w = 5.0 it falls in a straight line. At w = 4.76 it first rises above 1 and stays high for most of the chain.",
)

# %% [markdown]
# At $w = 5$ the gradient vanishes. At $w = 4.76$ it first grows tenfold, and at the start of the chain it is still ten decades larger. Since all layers share $w$, their gradients add up. The sum is the slope of the loss. How steep does it get?

# %%
w = torch.linspace(4.7, 6.0, 1301, dtype=torch.float64, requires_grad=True)
a = torch.full_like(w, 0.9)
for _ in range(50):
    a = torch.sigmoid(w * a - 2.5)
((a - 0.7) ** 2).sum().backward()
slopes = w.grad.abs()
print(f"slope at w = 6: {slopes[-1]:.3f}   steepest slope: {slopes.max():.0f}")
assert 0.01 < slopes[-1] < 0.05
assert slopes[-1] < slopes.max() / 1000

# %% [markdown]
# Between a gentle hill and the brink the slope changes by more than a factor of 1000. That is a **cliff**.
#
# ### Predict, then play it
#
# Gradient descent, $w \leftarrow w - \text{lr} \cdot g$, starts at $w = 6$ with the learning rate 3, and walks down the gentle hill. The minimum lies at the foot of the cliff. **Predict before you move:** the walker steps onto the face of the cliff at $w = 4.76$, where the slope is about −20. Where does the next step take it? Then move the step slider past 25. Watch the triangles.

# %%
live("loss_cliff")

# %%
before, after = (live("loss_cliff", step=step).compute() for step in (25, 26))
print("step 25: plain descent", before["plain_at"], "   step 26:", after["plain_at"])
assert before["plain_at"] == "at 4.76" and after["plain_at"].startswith("at 66")
clipped = {live("loss_cliff", step=step).compute()["clipped_at"] for step in (39, 40)}
assert clipped == {"at 4.91", "at 4.76"}

# %% [markdown]
# The step has the length $3 \cdot 20 \approx 60$. The walker lands at $w = 66$, where the loss is flat, and never comes back. **One step has undone all the others.** Note what did *not* happen: no weight was large, nothing became NaN, and the learning rate was the same as in the 25 steps before.
#
# The round points are the same descent with one change: its gradient is not allowed to be longer than 0.05. It stays at the cliff. It also does not settle, but jumps from brink to foot: at both places the gradient is above the limit, so every step has the full length 3 · 0.05 = 0.15.
#
# ## 2. Clip by value
#
# The simplest limit: no entry of the gradient may leave the range from −limit to limit.
#
# ### Exercise 1 · `clip_by_value(g, limit)`
#
# `g` is an array of any shape, `limit` a positive number. Return a new array of the same shape and dtype.
# - An entry beyond the limit becomes the limit, with its sign. Infinities too.
# - A NaN stays a NaN. A broken gradient must not look healthy.


# %% exercise="clip_by_value"
def clip_by_value(g, limit):
    """Every entry moved into [-limit, limit]."""
    ### BEGIN SOLUTION
    return np.clip(g, -limit, limit)
    ### END SOLUTION


# %% check="clip_by_value"
check(clip_by_value)

# %% [markdown]
# ### What it does to the direction
#
# A gradient has a length and a **direction**: the direction of steepest ascent. **Predict:** the gradient (10, 0.5) is clipped at 1. By how many degrees does it turn?


# %%
def angle(a, b):
    """Degrees between two arrays, each laid out as one vector."""
    cosine = np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


gradient = np.array([10.0, 0.5])
cut = clip_by_value(gradient, 1.0)
print(f"{gradient} becomes {cut}: turned by {angle(gradient, cut):.1f} degrees")
assert round(angle(gradient, cut), 1) == 23.7

# %% [markdown]
# By 23.7 degrees. The large entry lost nine tenths, the small one nothing. With many entries it may turn further still. After clipping by value you no longer go straight downhill.
#
# ## 3. Clip by the norm
#
# To keep the direction, multiply **everything** by one factor. The gradient of a network is a list of arrays, one for each parameter. Lay them end to end: they are one long vector, and its length is the **global norm**
#
# $$\lVert g \rVert = \sqrt{\sum_{\text{layers}} \sum_{\text{entries}} g_i^2}.$$
#
# If it is above `max_norm`, multiply every array by `max_norm` / norm. If it is not, leave the gradient alone.
#
# ### Exercise 2 · `clip_global_norm(grads, max_norm)`
#
# `grads` is a list of arrays of different shapes. Return a list of new arrays, also where nothing is clipped.
# - One norm and one factor for all of them.
# - A gradient of zero stays zero.
# - If the norm is NaN or infinite, there is no factor that mends it. Raise a `ValueError` (write `raise ValueError("...")`).


# %% exercise="clip_global_norm"
def clip_global_norm(grads, max_norm):
    """All arrays times one factor, so that their common norm is at most max_norm."""
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if not np.isfinite(norm):
        raise ValueError("the norm is not finite")
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in grads]
    ### END SOLUTION


# %% check="clip_global_norm"
check(clip_global_norm)

# %% [markdown]
# ### One norm, or one per layer?
#
# Here is the gradient of a network whose first layer explodes, as it does in a deep network with large weights. **Predict:** clip every layer by itself to norm 1, so that no layer is above it. By how many degrees does the whole gradient turn?

# %%
rng = np.random.default_rng(0)
sizes = [1000.0, 30.0, 1.0]
layers = [
    size * v / np.linalg.norm(v) for size, v in zip(sizes, rng.normal(size=(3, 50)), strict=True)
]
together = clip_global_norm(layers, 1.0)
apart = [clip_global_norm([g], 1.0)[0] for g in layers]
turned = [angle(np.array(layers), np.array(clipped)) for clipped in (together, apart)]
print(f"together: {turned[0]:.1f} degrees    layer by layer: {turned[1]:.1f} degrees")
assert turned[0] < 1e-4 and 52 < turned[1] < 55

# %% [markdown]
# Together, it does not turn at all. Layer by layer it turns by 53 degrees: the last layer, a thousand times smaller, now counts as much as the first. (That can be wanted. But then it is another method, and not clipping.)
#
# ### A second witness, and a trap
#
# PyTorch has the same function, `torch.nn.utils.clip_grad_norm_`. It changes the gradients in place and returns the norm. **Predict:** one single entry of one layer is NaN. What is left of the *other* layers after clipping, and after one step?

# %%
parameters = [torch.ones(50, dtype=torch.float64, requires_grad=True) for _ in layers]
for p, g in zip(parameters, layers, strict=True):
    p.grad = torch.tensor(g)
norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
together = clip_global_norm(layers, 1.0)
assert np.isclose(norm, np.sqrt(1000**2 + 30**2 + 1))
assert np.allclose([p.grad.numpy() for p in parameters], together, rtol=1e-5)

parameters[1].grad[7] = torch.nan
torch.nn.utils.clip_grad_norm_(parameters, 1.0)
torch.optim.SGD(parameters, lr=0.1).step()
print("NaN weights, layer by layer:", [int(p.isnan().sum()) for p in parameters])
assert all(p.isnan().all() for p in parameters)

# %% [markdown]
# Everything is NaN. One bad entry makes the norm NaN, the NaN norm makes the factor NaN, and the factor meets every weight. **Clipping does not protect from NaN; it spreads it.** Your function refuses instead, and so does PyTorch's with `error_if_nonfinite=True`.
#
# And the other way round is no better. `min(1.0, nan)` is 1.0 in Python, and `nan > 1` is False, so a careless function takes a broken gradient for a small one:

# %%
print(min(1.0, float("nan")), float("nan") > 1.0)
assert min(1.0, float("nan")) == 1.0 and not float("nan") > 1.0

# %% [markdown]
# ## 4. Before the step
#
# The order in a training loop: gradient, clip, step.
#
# ```python
# loss.backward()
# torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
# optimizer.step()
# ```
#
# A frequent mistake is to clip after the step, when the weights have already jumped.
#
# ### Exercise 3 · `clipped_step(ws, grads, lr, max_norm)`
#
# `ws` and `grads` are lists of arrays of the same shapes. Return the list of the new weights after one step of gradient descent with the clipped gradient. Use your `clip_global_norm`.


# %% exercise="clipped_step"
def clipped_step(ws, grads, lr, max_norm):
    """New weights: one step of gradient descent with the gradient clipped first."""
    ### BEGIN SOLUTION
    clipped = clip_global_norm(grads, max_norm)
    return [w - lr * g for w, g in zip(ws, clipped, strict=True)]
    ### END SOLUTION


# %% check="clipped_step"
check(clipped_step)

# %% [markdown]
# **Predict** the longest step that is possible now, if lr is 0.1 and `max_norm` is 2. Try gradients of very different sizes.

# %%
longest = 0.0
for size in np.logspace(-3, 6, 10):
    g = size * rng.normal(size=20)
    (w,) = clipped_step([np.zeros(20)], [g], lr=0.1, max_norm=2.0)
    longest = max(longest, np.linalg.norm(w))
    print(f"gradient norm {np.linalg.norm(g):11.3g}   step {np.linalg.norm(w):.3g}")
assert np.isclose(longest, 0.2)

# %% [markdown]
# No step is longer than lr · max_norm = 0.2, however large the gradient is. Small gradients are not touched: near a minimum the steps still become small, and the descent can settle. That is why clipping scales only *down*.
#
# ## 5. A wall: $x^4$
#
# The cliff was a place. Some losses are steep *everywhere far out*: a wall. The simplest is $f(x) = x^4$, with the slope $4x^3$. Far out it is very steep, and at the bottom it is very flat. One learning rate must serve both.
#
# Start at $x = 3$. **Predict on paper:** what is the largest learning rate with which plain descent survives? (One step decides. How far may it go, so that the next one is not longer?) Then find the limit in the figure: raise the learning rate and watch the title at the last step.

# %%
live("loss_cliff", landscape="x^4", lr=0.01, max_norm=20.0, step=40)

# %% [markdown]
# ### Exercise 4 · `cliff_limit`
#
# Give this learning rate, to 1%. The slider has positions only, so it tells you between which two the limit lies; the formula tells the rest. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="cliff_limit"
cliff_limit = ...
### BEGIN SOLUTION
cliff_limit = 1 / 18
### END SOLUTION

# %% check="cliff_limit"
check(cliff_limit=cliff_limit)

# %% [markdown]
# ### What the safe rate costs
#
# Let the start be anywhere between $x = 10$ and $x = 20$, and ask for a slope of $10^{-4}$ at most. To be safe from every start, plain descent takes 90% of $1/(2 \cdot 20^2)$. At the bottom it must live with that. There $x$ shrinks like $1/\sqrt{8\,\text{lr}\,k}$ after $k$ steps. (Solve $dx/dk = -4\,\text{lr}\,x^3$.)
#
# **Predict** the number of steps: set $1/\sqrt{8\,\text{lr}\,k}$ to the $x$ at which the slope is $10^{-4}$.


# %%
def steps_to_floor(x, lr, max_norm=np.inf, flat=1e-4, most=1_000_000):
    """Steps until the slope of x⁴ is at most `flat`; inf if that never happens."""
    for step in range(most):
        slope = 4 * x * x * x
        if abs(slope) <= flat:
            return step
        if abs(x) > 1e6:
            break
        x -= lr * max(-max_norm, min(slope, max_norm))
    return np.inf


starts = np.random.default_rng(0).uniform(10, 20, 7).tolist()
x_flat = (1e-4 / 4) ** (1 / 3)
safe = 0.9 / (2 * 20**2)
predicted = 1 / (8 * safe * x_flat**2)
plain = [steps_to_floor(x, safe) for x in starts]
print(f"plain descent, lr = {safe:.5f}: predicted {predicted:,.0f} steps, measured {plain}")
assert abs(np.median(plain) / predicted - 1) < 0.02 and 125_000 < np.median(plain) < 135_000

# %% [markdown]
# Some 130,000 steps. Now clip. Outside $|x| = r$ every step has the same length, lr · max_norm. Inside, plain descent must be stable, and there the limit is $1/(2r^2)$ in place of $1/(2 \cdot 20^2)$. A small $r$ allows a large learning rate, and makes the steps outside short. At the limit, with max_norm $= 4r^3$, the way from 20 takes some $20 / (\text{lr} \cdot \text{max\_norm}) = 10/r$ steps, and the floor $r^2 / (4\,x_{\text{flat}}^2)$. The sum is smallest where its derivative by $r$ is 0: $r^3 = 20\,x_{\text{flat}}^2$. Again 90% of the limit:

# %%
r = (20 * x_flat**2) ** (1 / 3)
lr, max_norm = 0.9 / (2 * r**2), 4 * r**3
clipped = [steps_to_floor(x, lr, max_norm) for x in starts]
print(f"clipped descent, lr = {lr:.2f}, max_norm = {max_norm:.3f}: {clipped}")
print(f"the learning rate is {lr / safe:,.0f} times as large, the steps {lr * max_norm:.2f} long")
print(f"plain / clipped: {np.median(plain) / np.median(clipped):,.0f}")
assert max(clipped) < 100 and np.median(plain) / np.median(clipped) > 2000

# %% [markdown]
# Fewer than 100 steps in place of 130,000. Clipping is not only a safety belt. **It allows a learning rate that would be deadly on the wall**, and so it is faster on the floor. J. Zhang and co-authors (2020) prove that the gain has no bound: the steeper the start, the larger it gets. (`vegrad experiment zhang_clipping` measures that.)
#
# ### Beware of a lucky start
#
# You may see far better numbers for examples like this one. Here is how to get them: tune lr and max_norm on **one** start.

# %%
grid = [
    (steps_to_floor(15.0, lr, limit, most=300), lr, limit)
    for lr in np.logspace(-3, 2, 41).tolist()
    for limit in np.logspace(-3, 3, 41).tolist()
]
fewest, lucky_lr, lucky_limit = min(grid)
elsewhere = [steps_to_floor(x, lucky_lr, lucky_limit, most=2000) for x in starts]
print(f"tuned on x = 15: {fewest} steps, with lr = {lucky_lr:.4f} and max_norm = {lucky_limit:g}")
print("the same settings from the other starts:", elsewhere)
assert fewest <= 3 and np.isinf(elsewhere).sum() >= 5

# %% [markdown]
# Two steps! But these settings happen to land on the minimum from this one start. From the others they never arrive. A number measured from one tuned start says nothing. That is why the starts above are random, and the settings were fixed before.
#
# ## 6. The learning rate: where does the stable range end?
#
# Near a minimum every smooth loss is nearly a quadratic: $f(x) = \tfrac12 x^\top H x$, where $H$ is the matrix of second derivatives, the **Hessian**. Its gradient is $Hx$, so one step multiplies:
#
# $$x \leftarrow x - \text{lr}\,H x = (I - \text{lr}\,H)\,x.$$
#
# This is lesson 03 again: the same matrix, applied again and again. $H$ is symmetric, so it is normal, and eigenvalues decide. Along an eigenvector with eigenvalue $\lambda$ each step multiplies the distance by $1 - \text{lr}\,\lambda$. The eigenvalue is the **curvature** in that direction.
#
# ### Exercise 5 · `stable_learning_rate(H)`
#
# `H` is a symmetric matrix with positive eigenvalues only. Return the learning rate at which gradient descent turns from shrinking to growing: below it every direction shrinks, above it at least one explodes.


# %% exercise="stable_learning_rate"
def stable_learning_rate(H):
    """The end of the stable range of gradient descent on the quadratic of H."""
    ### BEGIN SOLUTION
    return 2 / np.linalg.eigvalsh(H)[-1]
    ### END SOLUTION


# %% check="stable_learning_rate"
check(stable_learning_rate)

# %% [markdown]
# ### Predict, then measure
#
# A random quadratic in 20 dimensions. Your function predicts the limit. Then gradient descent runs with 60 learning rates around it. Look for the place where the curve crosses zero, and how sharp it is.

# %%
A = np.random.default_rng(1).normal(size=(20, 20))
H = A @ A.T / 20
limit = stable_learning_rate(H)

rates = np.linspace(0.5, 1.3, 60) * limit
x = np.ones((60, 20))
for _ in range(200):
    x = x - rates[:, None] * (x @ H)
grown = np.log10(np.linalg.norm(x, axis=1) / np.sqrt(20))

fig, ax = plots.axes(
    "The stable range ends where you predicted, and it ends abruptly",
    "learning rate",
    "log₁₀ of the growth in 200 steps",
)
ax.plot(rates, grown, "o-", markersize=3, label="measured")
ax.axvline(limit, color="0.4", linestyle="--", linewidth=1, label="2 / λ_max")
ax.axhline(0, color="0.6", linewidth=1)
ax.legend()
crossing = np.interp(1, grown[30:], rates[30:])
print(f"limit: predicted {limit:.4f}, measured {crossing:.4f}")
print(f"10% above it the distance is multiplied by 10^{np.interp(1.1 * limit, rates, grown):.0f}")
assert abs(crossing / limit - 1) < 0.02 and np.interp(1.1 * limit, rates, grown) > 12
plots.show(
    fig,
    alt="Log distance after 200 steps against the learning rate: slightly below zero up to the dashed line at 2 over lambda max, then a steep straight rise to beyond 30.",
)

# %% [markdown]
# There is no gentle warning. Just below the limit all is well; 10% above it the distance has grown by more than twelve decades. If halving the learning rate turns a disaster into a success, you were here.
#
# ### The best rate
#
# The limit is set by the steepest direction. How fast you arrive is set by the *slowest* one. **Predict before you move:** with the curvatures 1 and λ_max, is the best learning rate at the limit, at half of it, or between? Set λ_max to 7 and read the lower panel: the larger of the two factors is the one you wait for.

# %%
live("quadratic_step")

# %% [markdown]
# ### Exercise 6 · `best_learning_rate`
#
# With λ_max = 7: which learning rate makes the slower direction shrink as fast as possible? Read it off the figure, or work it out, to 1%. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="best_learning_rate"
best_learning_rate = ...
### BEGIN SOLUTION
best_learning_rate = 2 / (1 + 7)
### END SOLUTION

# %% check="best_learning_rate"
check(best_learning_rate=best_learning_rate)

# %% [markdown]
# ## 7. The stable range of a small network
#
# Now a real one: digits, two hidden layers of 32 ReLU units. Five networks for each learning rate are trained as one batch: every weight array has a first axis that counts the networks. These few functions are all we need.


# %%
data = datasets.digits()
images, labels, new_images, new_labels = (
    torch.tensor(part) for part in (data.x_train, data.y_train, data.x_test, data.y_test)
)


def networks(depth, scale, copies, seeds=5, width=32):
    """Weights (copies * seeds, n_out, n_in) of standard deviation scale / sqrt(n_in)."""
    sizes = [64] + [width] * depth + [10]
    draws = [np.random.default_rng(seed) for seed in range(seeds)]
    Ws = []
    for n_in, n_out in pairwise(sizes):
        W = [rng.normal(0, scale / np.sqrt(n_in), (n_out, n_in)) for rng in draws]
        Ws.append(torch.tensor(np.tile(W, (copies, 1, 1)), dtype=torch.float32).requires_grad_())
    return Ws


def outputs(Ws, x):
    """Shape (networks, examples, 10)."""
    a = x.expand(len(Ws[0]), *x.shape)
    for W in Ws[:-1]:
        a = torch.relu(a @ W.mT)
    return a @ Ws[-1].mT


def losses(Ws, x, y):
    """One mean loss for each network."""
    z = outputs(Ws, x)
    each = torch.nn.functional.cross_entropy(z.flatten(0, 1), y.repeat(len(z)), reduction="none")
    return each.view(len(z), -1).mean(1)


def norms(arrays):
    """One global norm for each network."""
    return sum(g.square().sum((1, 2)) for g in arrays).sqrt()


def accuracy(Ws):
    """On images that were not trained on: one row for each setting, one column for each seed."""
    with torch.no_grad():
        right = outputs(Ws, new_images).argmax(2) == new_labels
    return right.float().mean(1).view(-1, 5).numpy()


# %% [markdown]
# The Hessian of 3,392 weights has 11 million entries. Its largest eigenvalue, the **sharpness**, can be had without writing it down. Multiply a random vector by it again and again, as in lesson 03: the steepest direction wins. And the Hessian times a vector is one more backward pass, through the gradient.


# %%
def sharpness(Ws, x, y, rounds=30):
    """The largest eigenvalue of each network's Hessian, by repeated multiplication."""
    Ws = [W.detach().requires_grad_() for W in Ws]
    gradients = torch.autograd.grad(losses(Ws, x, y).sum(), Ws, create_graph=True)
    torch.manual_seed(0)
    v = [torch.randn_like(W) for W in Ws]
    for _ in range(rounds):
        length = norms(v)[:, None, None]
        v = [part / length for part in v]
        along = sum((g * part).sum() for g, part in zip(gradients, v, strict=True))
        Hv = torch.autograd.grad(along, Ws, retain_graph=True)
        curvature = sum((h * part).sum((1, 2)) for h, part in zip(Hv, v, strict=True))
        v = Hv
    return curvature.numpy()


few, their_labels = images[:300], labels[:300]
start = networks(depth=2, scale=np.sqrt(2), copies=1)
assert sum(W[0].numel() for W in start) == 3392
curvatures = sharpness(start, few, their_labels)
print("sharpness at the start:", curvatures.round(1))
print("2 / sharpness:         ", (2 / curvatures).round(3))
forecast = np.median(2 / curvatures)
assert 0.1 < forecast < 0.2

# %% [markdown]
# **Predict:** the quadratic rule says that the stable range ends near 0.15. Where will training on these 300 images really break down? Look at the loss after 60 steps of plain gradient descent, all images in every step.

# %%
rates = np.logspace(-2, 1, 13)
Ws = networks(depth=2, scale=np.sqrt(2), copies=len(rates))
each_rate = torch.tensor(rates, dtype=torch.float32).repeat_interleave(5)[:, None, None]
for _ in range(60):
    gradients = torch.autograd.grad(losses(Ws, few, their_labels).sum(), Ws)
    with torch.no_grad():
        for W, g in zip(Ws, gradients, strict=True):
            W -= each_rate * g
with torch.no_grad():
    final = np.median(losses(Ws, few, their_labels).view(-1, 5).numpy(), axis=1)

fig, ax = plots.axes(
    "The larger the better, up to a brink that lies beyond the forecast",
    "log₁₀ learning rate",
    "median loss after 60 steps",
)
ax.plot(np.log10(rates), final, "o-", label="measured")
ax.axvline(
    np.log10(forecast), color="0.4", linestyle="--", linewidth=1, label="2 / sharpness at the start"
)
ax.axhline(np.log(10), color="0.6", linewidth=1, linestyle=":", label="guessing")
ax.set_ylim(0, 4)
ax.legend(loc="upper center")
best, last = final.argmin(), np.flatnonzero(final < 0.5).max()
print(
    f"best rate {rates[best]:.2f}; the last rate that works {rates[last]:.2f}; forecast {forecast:.2f}"
)
assert 2 < rates[last] / forecast < 8 and final[rates > 1.5].min() > 2
plots.show(
    fig,
    alt="Median loss against log learning rate: it falls from above 1.5 to nearly 0 around 0.3 to 0.6, then jumps to 2.3, the value of guessing. The dashed forecast at 0.15 stands left of the brink.",
)

# %% [markdown]
# The shape is the one of the quadratic: larger is better, until a brink. Its place is not: the range ends some four times beyond the forecast. **Explain the difference.** The forecast used the sharpness at the *start*. What is it later?

# %%
chosen = {i: [W[5 * i : 5 * i + 5] for W in Ws] for i in (4, 6)}
for i, trained in chosen.items():
    now = np.median(sharpness(trained, few, their_labels))
    print(f"lr = {rates[i]:.2f}: sharpness {np.median(curvatures):.1f} before, {now:.1f} after; "
          f"2 / lr = {2 / rates[i]:.1f}")  # fmt: skip
    assert now < 2 / rates[i] * 1.15
    assert now < np.median(curvatures)
assert 2 / rates[4] > np.median(curvatures) > 2 * 2 / rates[6]

# %% [markdown]
# At 0.10 the sharpness was below $2/\text{lr}$ from the start: this rate is stable in the forecast too. At 0.32 it started at twice what this rate bears, and it has fallen below. A network is not a quadratic: when a step is too long, the weights are thrown to a flatter place, and there the same learning rate is stable. So the rule 2/λ_max is exact for a quadratic, and a *local* rule for a network: it tells which curvature a learning rate can live with, not where the range ends.
#
# ## 8. Weight decay
#
# The third recommendation is **L2 regularisation**: add $\tfrac{\text{decay}}{2}\lVert w \rVert^2$ to the loss, so that weights stay small. Small weights mean small factors in the product of lesson 02.
#
# ### Exercise 7 · `sgd_step(w, g, lr, weight_decay)`
#
# `g` is the gradient of the loss without the penalty. Return the new weights after one step of gradient descent on loss + penalty.


# %% exercise="sgd_step"
def sgd_step(w, g, lr, weight_decay):
    """One step of gradient descent with an L2 penalty."""
    ### BEGIN SOLUTION
    return w - lr * (g + weight_decay * w)
    ### END SOLUTION


# %% check="sgd_step"
check(sgd_step)

# %% [markdown]
# ### Exercise 8 · `halving_steps`
#
# How fast does it work? **Predict:** the learning rate is 0.1, the weight decay 0.001, and the loss itself has no gradient. After how many steps is a weight half of what it was? Give the number to 1%. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="halving_steps"
halving_steps = ...
### BEGIN SOLUTION
halving_steps = np.log(2) / (0.1 * 0.001)
### END SOLUTION

# %% check="halving_steps"
check(halving_steps=halving_steps)

# %% [markdown]
# Measure it with your own step:

# %%
w, steps = np.ones(1), 0
while w[0] > 0.5:
    w, steps = sgd_step(w, np.zeros(1), lr=0.1, weight_decay=0.001), steps + 1
print("measured:", steps)
assert abs(steps - 6931) < 10

# %% [markdown]
# Thousands of steps. In general it is $\ln 2 / (\text{lr} \cdot \text{decay})$: a larger rate or a larger decay is faster. Keep this in mind for the trial below: **an explosion may take one step, and L2 works over many.**
#
# ### Two kinds of decay
#
# In plain SGD it makes no difference whether the decay is part of the gradient or shrinks the weights beside the step. In **Adam** it does. Adam keeps a running mean $m$ of the gradient and $v$ of its square, and divides one by the root of the other:
#
# $$m \leftarrow 0.9\,m + 0.1\,g, \qquad v \leftarrow 0.999\,v + 0.001\,g^2, \qquad \text{step} = \frac{m / (1 - 0.9^t)}{\sqrt{v / (1 - 0.999^t)} + 10^{-8}}$$
#
# Both means start at 0, so at step $t = 1, 2, \dots$ they have received only the share $1 - 0.9^t$ and $1 - 0.999^t$ of their weight. The two divisions correct that.
#
# - **Coupled** (L2): $g \leftarrow g + \text{decay} \cdot w$ at the beginning. The decay goes through $m$ and $v$. Then $w \leftarrow w - \text{lr} \cdot \text{step}$.
# - **Decoupled** (AdamW): $g$ stays. $w \leftarrow w - \text{lr} \cdot (\text{step} + \text{decay} \cdot w)$, with the old $w$ on the right.
#
# ### Exercise 9 · `adam_step(w, g, m, v, t, lr, weight_decay, decoupled)`
#
# All of `w`, `g`, `m`, `v` are arrays of one shape, `t` counts from 1, and `decoupled` is True or False. Return three arrays: the new `w, m, v`. (`m` and `v` as in the formula, not the corrected ones.)


# %% exercise="adam_step"
def adam_step(w, g, m, v, t, lr, weight_decay, decoupled):
    """New weights and new running means, after one step of Adam with weight decay."""
    ### BEGIN SOLUTION
    if not decoupled:
        g = g + weight_decay * w
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    if decoupled:
        step = step + weight_decay * w
    return w - lr * step, m, v
    ### END SOLUTION


# %% check="adam_step"
check(adam_step)

# %% [markdown]
# ### Predict: who is held back?
#
# Two weights start at 1. Their gradients are noise around 0: the first weight's noise is 100 times as strong. Only decay can pull them back to 0. We want to hold back above all the weight that explodes. **Predict:** which of the two shrinks more under coupled decay? And under decoupled decay?

# %%
noise = np.random.default_rng(0).normal(size=(2000, 500, 2)) * [10.0, 0.1]
left = {}
for decoupled in (False, True):
    w, m, v = np.ones((500, 2)), np.zeros((500, 2)), np.zeros((500, 2))
    for t, g in enumerate(noise, start=1):
        w, m, v = adam_step(w, g, m, v, t, 0.001, 0.2, decoupled)
    left[decoupled] = w.mean(axis=0)
    kind = "decoupled" if decoupled else "coupled  "
    print(f"{kind}: strong noise {w.mean(axis=0)[0]:.2f}, weak noise {w.mean(axis=0)[1]:.2f} of 1")
assert left[False][0] > 0.9 and left[False][1] < 0.3
assert np.allclose(left[True], np.exp(-0.001 * 0.2 * 2000), atol=0.03)

# %% [markdown]
# Coupled decay spares exactly the weight that needs it most. It is divided by $\sqrt v$ along with the gradient, and for the noisy weight $\sqrt v$ is large. Decoupled decay shrinks both alike, to $e^{-0.4} = 0.67$, as $(1 - \text{lr} \cdot \text{decay})$ per step predicts. If you use Adam with L2, use the decoupled kind.
#
# ## 9. The cures on trial
#
# Three ways to explode, all on digits, five networks each:
#
# - **A spike.** Three layers, a good learning rate. The very last batch is broken: its images are 100 times too bright.
# - **A learning rate that is too high**: 1.5, beyond the brink of section 7.
# - **Weights that are too large.** Ten layers with weight scale 2.2, where lesson 03 says 1.41.
#
# Six treatments, and the same ones for all. **Predict** the table before you run it: which treatment saves which patient? Write down at least your favourite and your loser for each row.


# %%
def treat(Ws, lr, max_norm, decay, steps=300, spike=None):
    """Accuracies (treatments, 5) and all gradient norms (steps, networks) of one training.

    lr, max_norm and decay hold one number for each treatment.
    """
    lr, max_norm, decay = (
        torch.tensor(column, dtype=torch.float32).repeat_interleave(5)
        for column in (lr, max_norm, decay)
    )
    chance, seen = torch.Generator().manual_seed(0), []
    for step in range(steps):
        batch = torch.randint(len(images), (64,), generator=chance)
        x = images[batch] * (100 if step == spike else 1)
        gradients = torch.autograd.grad(losses(Ws, x, labels[batch]).sum(), Ws)
        seen.append(norms(gradients))
        factor = lr * (max_norm / seen[-1]).clamp(max=1)
        with torch.no_grad():
            for W, g in zip(Ws, gradients, strict=True):
                W -= factor[:, None, None] * g + (lr * decay)[:, None, None] * W
    return accuracy(Ws), torch.stack(seen)


none = np.inf
treatments = {
    "nothing": (1, none, 0),
    "learning rate / 10": (0.1, none, 0),
    "learning rate / 100": (0.01, none, 0),
    "L2, 0.02": (1, none, 0.02),
    "clip at 1": (1, 1, 0),
    "clip at 1 and L2": (1, 1, 0.02),
}
factors, clips, decays = zip(*treatments.values(), strict=True)
patients = {
    "spike": dict(depth=3, scale=np.sqrt(2), lr=0.1, spike=299),
    "rate too high": dict(depth=3, scale=np.sqrt(2), lr=1.5),
    "weights too large": dict(depth=10, scale=2.2, lr=0.05),
}
results, met = {}, {}
for name, patient in patients.items():
    Ws = networks(patient["depth"], patient["scale"], copies=len(treatments))
    lr = [patient["lr"] * factor for factor in factors]
    scores, seen = treat(Ws, lr, clips, decays, spike=patient.get("spike"))
    met[name] = seen.view(300, len(treatments), 5).numpy()  # gradient norms
    results[name] = np.median(scores, axis=1)

# %%
fig, ax = plots.axes(
    "No treatment is the best for all three", "accuracy on new images, median of 5", "", height=4.2
)
places = np.arange(len(treatments))[::-1]
for (name, row), marker, shift in zip(results.items(), "osD", (0.2, 0.0, -0.2), strict=True):
    ax.plot(row, places + shift, marker, linestyle="none", markersize=7, label=name)
ax.set_yticks(places, list(treatments))
ax.axvline(0.1, color="0.6", linestyle=":", linewidth=1, label="guessing")
ax.set_xlim(0, 1.02)
ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=4)

table = np.array(list(results.values()))
print(" " * 20, *results, sep="   ")
for treatment, (spike, rate, large) in zip(treatments, table.T, strict=True):
    print(f"{treatment:20s}   {spike:5.2f}   {rate:13.2f}   {large:17.2f}")
nothing, tenth, hundredth, l2, clip, both = table.T
assert max(nothing) < 0.5 and max(l2) < 0.5
assert clip[0] > 0.9 and tenth[0] < 0.5 and hundredth[0] < 0.5
assert tenth[1] > 0.9 and clip[1] > 0.85 and 0.8 < hundredth[1] < tenth[1]
assert both[1] < clip[1]
assert 0.2 < tenth[2] < 0.8 and 0.2 < clip[2] < 0.8 and both[2] > clip[2] + 0.05
plots.show(
    fig,
    alt="Accuracy of six treatments on three patients. Nothing and L2 alone leave all three near 0.1. Clipping rescues all, the one with large weights only in part. A tenth of the learning rate rescues the high rate but not the spike.",
)

# %% [markdown]
# Read it row by row.
#
# **A lower learning rate** is the cure for the patient whose learning rate was too high: of course. A hundredth works too, and is slower. It does *not* protect from a spike: a tenth of a disaster is a disaster. Against large weights it helps a little, since the first steps are survived.
#
# **Clipping** saves all three from the explosion. The spike costs nothing at all. But the patient with the large weights lives without being well. The direction of the gradient is kept, and so is what is wrong with the network.
#
# **Clipping and L2 together** do better for this patient: clipping wins the time that L2 needs, and L2 makes the weights smaller, step by step. For the second patient the same L2 does harm: it is multiplied by the learning rate too, and takes away in each step a part of what was learned.
#
# **L2 alone saves nobody.** Why not? By your formula it halves a weight in $\ln 2 / (\text{lr} \cdot 0.02)$ steps, and each patient has its own lr. **Predict** for each of the three: was L2 too slow, or too weak?

# %%
for name, patient in patients.items():
    print(f"{name}: L2 halves a weight in {np.log(2) / (patient['lr'] * 0.02):.0f} steps")
shock = np.median(met["spike"][-1, [0, 3]], axis=1)
early = np.median(np.nanmax(met["rate too high"][:12, 3], axis=0))
gone = 1 + np.isnan(met["weights too large"][:, 3]).all(axis=1).argmax()
print(f"spike: gradient norm {shock[0]:.0f} without L2, {shock[1]:.0f} with it")
print(f"rate too high: gradient norm up to {early:.0f} in the first 12 steps")
print(f"weights too large: all five networks are NaN at step {gone}")
assert 20 < shock[1] < 0.7 * shock[0] and early > 10 and 1 < gone < 10

# %% [markdown]
# - **Spike: too weak.** L2 had 299 steps, and it did cut the shock to about a half. But clipping at 1 cuts it to 1.
# - **Rate too high: too late.** Here L2 is fast, 23 steps to a half. But the weights are thrown off within the first dozen.
# - **Weights too large: too slow.** It would need hundreds of steps, and everything is NaN after a few.
#
# ### And the real cure?
#
# For the third patient all of this is first aid. **Predict** what the same ten layers reach, with nothing but the right weight scale, $\sqrt 2$.

# %%
Ws = networks(depth=10, scale=np.sqrt(2), copies=2)
scores, seen = treat(Ws, [0.05, 0.05], [none, 1.0], [0, 0])
healthy, healthy_clipped = np.median(scores, axis=1)
first_aid = max(results["weights too large"])
shortened = (seen[:, 5:] > 1).float().mean().item()
print(f"right scale: {healthy:.2f}    best first aid with the wrong one: {first_aid:.2f}")
print(
    f"right scale, clipped at 1: {healthy_clipped:.2f}; {shortened:.0%} of the steps were clipped"
)
assert healthy > first_aid + 0.05 and healthy > 0.85
assert healthy_clipped < healthy - 0.03 and shortened > 0.9

# %% [markdown]
# Far better than any treatment: no clipping, no decay, and the same learning rate. And look at the last line. Clipped at 1, the *healthy* network does worse: its ordinary gradients are longer than 1, so nearly all of its steps were shortened. **A limit that is reached at every step is a lower learning rate in disguise.** Look at the norms of your gradients first, and set the limit above the ordinary ones.
#
# ### When L2 does help
#
# As prevention. Train two groups of networks in good health, one with L2. Then show them a batch with wrong labels. **Predict:** whose gradient is larger?

# %%
Ws = networks(depth=3, scale=np.sqrt(2), copies=2)
scores = np.median(treat(Ws, [0.1, 0.1], [none, none], [0, 0.01], steps=400)[0], axis=1)
wrong = losses(Ws, images[:64], (labels[:64] + 1) % 10)
shock = np.median(norms(torch.autograd.grad(wrong.sum(), Ws)).view(2, 5).numpy(), axis=1)
print(f"accuracy: {scores[0]:.2f} without, {scores[1]:.2f} with L2")
print(f"gradient norm of the wrong labels: {shock[0]:.1f} without, {shock[1]:.1f} with L2")
assert abs(scores[0] - scores[1]) < 0.03 and shock[1] < 2 / 3 * shock[0]

# %% [markdown]
# The network with L2 is as good, and its shock is more than a third smaller. Smaller weights make a smaller product. L2 works slowly and in advance; clipping works at once, and changes nothing but the step.
#
# ## Summary
#
# | | helps | fails |
# |:--|:--|:--|
# | **clip by norm** | against spikes and cliffs, at once; allows larger learning rates | does not mend what causes large gradients; spreads NaN; too low a limit slows healthy training |
# | **lower learning rate** | if it was above 2 / λ_max | against spikes; costs time everywhere |
# | **L2** | as prevention, and together with clipping | alone, against an explosion: too slow, or too weak |
# | **right weight scale** | if the weights were the cause | — |
#
# - Clip **all layers together**, only **downwards**, **before** the step, and **refuse** a NaN.
# - No clipped step is longer than lr · max_norm.
# - On a quadratic the stable range ends at 2 / λ_max, abruptly. For a network this is a local rule.
# - With Adam, weight decay belongs outside the gradient.
#
# **Next:** lesson 09, *Residual networks*. The weight scale is one way to keep a product near 1. Another is to change what is multiplied.
#
# **Read on**
# - R. Pascanu, T. Mikolov, Y. Bengio: *On the difficulty of training recurrent neural networks*, 2013. The cliff of section 1, and clipping by the norm.
# - J. Zhang, T. He, S. Sra, A. Jadbabaie: *Why gradient clipping accelerates training: a theoretical justification for adaptivity*, 2020.
# - I. Loshchilov, F. Hutter: *Decoupled weight decay regularization*, 2019.
# - J. M. Cohen, S. Kaur, Y. Li, J. Z. Kolter, A. Talwalkar: *Gradient descent on neural networks typically occurs at the edge of stability*, 2021. What the sharpness does during training.

# %%
progress()
