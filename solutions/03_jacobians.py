# %% [markdown]
# # 03 · From scalars to matrices
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# In lesson 02 every layer was one unit, and the gradient was multiplied by one number, $w\,f'(z)$. A real layer has hundreds of units. The number becomes a matrix. Then "smaller than 1" needs a new meaning, because a matrix can shrink one direction and stretch another at the same time.
#
# **When you finish you can**
# - write the Jacobian of a layer and the whole backward pass, and check both against PyTorch;
# - say why backpropagation multiplies a vector, and never two matrices;
# - read from singular values how far a stack of layers pulls lengths apart;
# - say when eigenvalues decide, and when they mislead;
# - predict the weight scale at which gradients stop vanishing and begin to explode.
#
# **You need** lesson 02, matrix products, and a memory of what an eigenvalue is. Singular values are explained here. **Time:** about 75 minutes.

# %%
import time

import numpy as np
import torch

from vegrad_course import check, hint, plots, progress, reference
from vegrad_course.widgets import live

# %% [markdown]
# ## 1. One weight becomes a matrix
#
# A layer of many units first adds up, then activates:
#
# $$z_l = W_l\,a_{l-1}, \qquad a_l = f(z_l)$$
#
# $W_l$ has one **row** for each unit of layer $l$ and one **column** for each unit of layer $l-1$. The activation $f$ works on each entry alone.
#
# Now nudge one input a little. Every output moves, each by its own amount. Look at the table below: row $i$, column $j$ says how fast output $i$ moves when input $j$ is nudged. This table is the **Jacobian** of the layer.

# %%
W = np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.0]])
a_in = np.array([0.4, 0.1, -0.2])
eps = 1e-6
nudged = [
    (np.tanh(W @ (a_in + eps * e)) - np.tanh(W @ (a_in - eps * e))) / (2 * eps) for e in np.eye(3)
]
measured = np.stack(nudged, axis=1)
print(measured.round(4))
assert measured.shape == W.shape == (2, 3), "two outputs, three inputs"

# %% [markdown]
# ### The same table on paper
#
# Write one entry out. Unit $i$ has $z_i = \sum_j W_{ij}\,a_j$ and the output $f(z_i)$. By the chain rule
#
# $$\frac{\partial f(z_i)}{\partial a_j} = f'(z_i)\,\frac{\partial z_i}{\partial a_j} = f'(z_i)\,W_{ij}.$$
#
# Read it slowly. The weight depends on $i$ and $j$. The slope depends on $i$ **only**: the whole row $i$ is multiplied by the same number. In matrix form, the slopes stand in a diagonal matrix $D$, and it remains to decide on which side of $W$ it stands.
#
# ### Exercise 1 · `layer_jacobian(W, z, df)`
#
# Return the Jacobian of one layer. `W` has shape (n_out, n_in), `z` has shape (n_out,), and `df` is the derivative of the activation: call `df(z)` to get all slopes at once. The result has the shape of `W`.


# %% exercise="layer_jacobian"
def layer_jacobian(W, z, df):
    """The Jacobian of the layer a_out = f(W a_in), shape (n_out, n_in), at pre-activation z."""
    ### BEGIN SOLUTION
    return np.diag(df(z)) @ W
    ### END SOLUTION


# %% check="layer_jacobian"
check(layer_jacobian)

# %% [markdown]
# Your formula must give the table that the nudges gave.

# %%
by_formula = layer_jacobian(W, W @ a_in, reference.tanh_grad)
print("largest difference:", np.abs(by_formula - measured).max())
assert np.allclose(by_formula, measured, atol=1e-8)

# %% [markdown]
# ## 2. The backward pass
#
# The loss $C$ is one number. Its gradient with respect to $a_l$ is a vector $g_l$, with one entry for each unit. How does $g_l$ become $g_{l-1}$?
#
# An input $a_j$ acts on the loss through **every** output $i$. So its gradient is a sum over all outputs:
#
# $$(g_{l-1})_j = \sum_i (g_l)_i\; f'(z_i)\,W_{ij}$$
#
# The sum runs over the **row** index of $W$. That is the product with the transpose:
#
# $$g_{l-1} = W_l^\top\,\bigl(f'(z_l) \odot g_l\bigr)$$
#
# Here $\odot$ multiplies entry by entry. In words: first the slopes, then the transposed weights. On the way forward it was weights, then slopes. Going back, you meet them in the opposite order.
#
# ### Predict: why a vector, and never two matrices?
#
# You could also multiply all Jacobians first, and apply the result to the vector at the end. The answer is the same. The price is not. **Predict:** with 20 layers, 400 units wide, how many times more multiplications does it cost?

# %%
n, L = 400, 20
vector_work = L * n * n
matrix_work = (L - 1) * n * n * n + n * n
print(f"vector by vector: {vector_work:>14,} multiplications")
print(
    f"matrix by matrix: {matrix_work:>14,} multiplications, {matrix_work / vector_work:.0f} times as many"
)
assert round(matrix_work / vector_work) == 380

# %% [markdown]
# 380 times: close to the width of the layers, since $n^3 / n^2 = n$. Now by the clock. A computer is better at one large product than at many small ones, so the ratio of times differs from 380, from machine to machine and from run to run.

# %%
rng = np.random.default_rng(0)
wide_Ws = reference.gaussian_layers(n, L, 1.0, rng)
wide_zs, _ = reference.network_forward(wide_Ws, rng.normal(size=n), reference.tanh)
g = rng.normal(size=n)


def seconds(work):
    """The shortest of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


by_vector = seconds(lambda: reference.backward(wide_Ws, wide_zs, g, reference.tanh_grad))
by_matrix = seconds(lambda: reference.end_to_end_jacobian(wide_Ws, wide_zs, reference.tanh_grad))
print(
    f"vector: {by_vector * 1e3:.1f} ms   matrix: {by_matrix * 1e3:.0f} ms   ratio {by_matrix / by_vector:.0f}"
)

# %% [markdown]
# This is what makes deep learning affordable. The loss is one number, so the gradient is one vector, and a vector is all that has to travel. The step $g \mapsto J^\top g$ is called a **vector-Jacobian product**, and PyTorch's `backward()` is a chain of them.
#
# ### Exercise 2 · `backward(Ws, zs, g_out, df)`
#
# `Ws` and `zs` are lists with one entry per layer: index `l - 1` holds layer $l$. `g_out` is the gradient with respect to the last activation $a_L$. Return a list of **L + 1** gradients: the first reaches $a_0$, the input, and the last is `g_out` itself. Never form a Jacobian.


# %% exercise="backward"
def backward(Ws, zs, g_out, df):
    """The gradients reaching a_0, a_1, ..., a_L, as a list of L + 1 vectors."""
    ### BEGIN SOLUTION
    gradients = [g_out]
    for l in reversed(range(len(Ws))):
        gradients.append(Ws[l].T @ (df(zs[l]) * gradients[-1]))
    return gradients[::-1]
    ### END SOLUTION


# %% check="backward"
check(backward)

# %% [markdown]
# ### Measure it with a second witness
#
# A network of four layers, none of them square, and PyTorch as the witness. It must give the same gradient at every depth.

# %%
rng = np.random.default_rng(1)
shapes = [(9, 6), (7, 9), (5, 7), (3, 5)]
Ws = [rng.normal(0, 1 / np.sqrt(n_in), (n_out, n_in)) for n_out, n_in in shapes]
x, g_out = rng.normal(size=6), rng.normal(size=3)
zs, _ = reference.network_forward(Ws, x, reference.tanh)


def torch_gradients():
    """The gradient of g_out · a_L reaching each activation, by automatic differentiation."""
    activations = [torch.tensor(x, requires_grad=True)]
    for W in Ws:
        activations.append(torch.tanh(torch.tensor(W) @ activations[-1]))
    loss = activations[-1].dot(torch.tensor(g_out))
    return [gradient.numpy() for gradient in torch.autograd.grad(loss, activations)]


by_torch = torch_gradients()
print("gradients that PyTorch found:", [gradient.shape for gradient in by_torch])

# %%
by_hand = backward(Ws, zs, g_out, reference.tanh_grad)
for l, (mine, theirs) in enumerate(zip(by_hand, by_torch, strict=True)):
    print(
        f"reaching a_{l}: {len(mine)} entries, largest difference {np.abs(mine - theirs).max():.0e}"
    )
    assert np.allclose(mine, theirs, rtol=1e-10)

# %% [markdown]
# ## 3. The whole network as one matrix
#
# Backpropagation never forms the Jacobian of the network. We want to *understand* it, so we form it once. A small change of the input meets layer 1 first, then layer 2, and so on:
#
# $$\frac{\partial a_L}{\partial a_0} = J_L \cdots J_2\,J_1$$
#
# **Predict before you write:** layer 1 acts first, so why does it stand last? And what would happen with the order turned round, when all layers are square?
#
# ### Exercise 3 · `end_to_end_jacobian(Ws, zs, df)`
#
# Return the Jacobian of the whole network, of shape (n_L, n_0). The layers need not be square. Your `layer_jacobian` is at hand.


# %% exercise="end_to_end_jacobian"
def end_to_end_jacobian(Ws, zs, df):
    """The Jacobian of the network, d a_L / d a_0, shape (n_L, n_0)."""
    ### BEGIN SOLUTION
    jacobian = np.eye(Ws[0].shape[1])
    for l in range(len(Ws)):
        jacobian = layer_jacobian(Ws[l], zs[l], df) @ jacobian
    return jacobian
    ### END SOLUTION


# %% check="end_to_end_jacobian"
check(end_to_end_jacobian)

# %% [markdown]
# Two roads to the same gradient: the transposed Jacobian of the network, applied to `g_out`, and your backward sweep.

# %%
J = end_to_end_jacobian(Ws, zs, reference.tanh_grad)
print("Jacobian:", J.shape)
assert np.allclose(J.T @ g_out, backward(Ws, zs, g_out, reference.tanh_grad)[0])

# %% [markdown]
# ## 4. What layers do to a circle
#
# How *large* is the gradient that comes out? With one number per layer that was simple. A matrix answers differently for each direction. So ask all directions at once: take **all** vectors of length 1. In two dimensions they form a circle.
#
# To see the weights alone, leave the activations out for now (slopes of 1, a *linear* network). Layers have random weights. A gradient goes back through the transposed matrices, from the last layer to the first; transposing a matrix changes none of the lengths that we are about to measure.
#
# Look at the figure: the circle becomes an ellipse. What happens to its shape from layer to layer?

# %%
small = reference.gaussian_layers(2, 8, 1.0, np.random.default_rng(6))
angle = np.linspace(0, 2 * np.pi, 300)
circle = np.stack([np.cos(angle), np.sin(angle)])

fig, ax = plots.axes(
    "Layer by layer, the circle becomes a needle",
    "first coordinate",
    "second coordinate",
    height=4.4,
)
ax.plot(*circle, label="before", color="0.5", linestyle=":")
for depth, line in ((1, "-"), (2, "--"), (4, "-.")):
    ax.plot(*(reference.product(small[:depth]) @ circle), line, label=f"after {depth}")
ax.set_aspect("equal")
ax.legend(title="layers", loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="A circle, and the ellipses it becomes after 1, 2 and 4 layers: ever thinner, almost a line.",
)

# %% [markdown]
# Every matrix turns the unit circle (or the unit sphere) into an ellipse. The lengths of its half-axes are the **singular values** of the matrix, $\sigma_1 \ge \sigma_2 \ge \dots \ge 0$. So
#
# $$\sigma_{\min}\,\lVert g \rVert \;\le\; \lVert J^\top g \rVert \;\le\; \sigma_{\max}\,\lVert g \rVert$$
#
# for a square matrix, and each bound is reached by some $g$. (The longest half-axis also bounds a layer that is not square.)
#
# ### Exercise 4 · `singular_spectrum(Ws)`
#
# Return the singular values of the product $W_L \cdots W_1$, the largest first. numpy has `np.linalg.svd`.


# %% exercise="singular_spectrum"
def singular_spectrum(Ws):
    """The singular values of the product W_L ... W_1, largest first."""
    ### BEGIN SOLUTION
    product = np.eye(Ws[0].shape[1])
    for W in Ws:
        product = W @ product
    return np.linalg.svd(product, compute_uv=False)
    ### END SOLUTION


# %% check="singular_spectrum"
check(singular_spectrum)

# %% [markdown]
# Measure the ellipses of the figure with a ruler: the farthest and the nearest point of each. Your singular values must agree.

# %%
for depth in (1, 2, 4):
    reach = np.linalg.norm(reference.product(small[:depth]) @ circle, axis=0)
    longest, shortest = singular_spectrum(small[:depth])
    print(
        f"after {depth}: ruler {reach.max():.3f} and {reach.min():.4f}   yours {longest:.3f} and {shortest:.4f}"
    )
    assert np.isclose(reach.max(), longest, rtol=1e-3)
    assert np.isclose(reach.min(), shortest, rtol=0.15), "the ruler has only 300 points"

# %% [markdown]
# How thin is the needle? One number says it: the longest half-axis divided by the shortest, the **condition number**. It is 1 for a circle.
#
# Why should you care? A condition number of a million means: a gradient of length 1 comes out a million times longer in one direction than in another. No learning rate suits both.
#
# ### Exercise 5 · `condition_number(Ws)`
#
# Return the condition number of the product $W_L \cdots W_1$, as one number.


# %% exercise="condition_number"
def condition_number(Ws):
    """The largest over the smallest singular value of the product W_L ... W_1."""
    ### BEGIN SOLUTION
    spectrum = singular_spectrum(Ws)
    return spectrum[0] / spectrum[-1]
    ### END SOLUTION


# %% check="condition_number"
check(condition_number)

# %% [markdown]
# ### Predict: does scaling help?
#
# The needle of our figure has a condition number of 41 after 4 layers, and about 7,800 after 8. **Predict:** if you multiply every weight by 2, what happens to these two numbers?

# %%
doubled = [2 * W for W in small]
for depth in (4, 8):
    before, after = condition_number(small[:depth]), condition_number(doubled[:depth])
    print(f"{depth} layers: {before:,.0f} before, {after:,.0f} with doubled weights")
    assert np.isclose(before, after, rtol=1e-6)
assert round(condition_number(small[:4])) == 41
assert 7_700 < condition_number(small) < 7_900

# %% [markdown]
# Nothing. Scale changes how *large* the ellipse is, and not how *thin*. So there are two separate questions: the size of the gradient (section 7), and its shape (now).
#
# ### Depth, width 200: random against orthogonal
#
# Now real widths. Compare two ways to draw the weights:
# - **Gaussian**: independent entries of variance $1/n$. On average a layer keeps the squared length of a vector.
# - **Orthogonal**: a random rotation, with or without a mirror, so that $Q^\top Q = I$. It keeps the length of *every* vector.
#
# Both keep lengths on average. **Predict:** how does the condition number grow from 1 to 2 to 8 layers, for each? The dots in the next figure are medians over 11 draws. The band reaches from the smallest draw to the largest. Look at how straight the line is.


# %%
def orthogonal_layers(n, depth, rng):
    return [np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(depth)]


depths = [1, 2, 3, 4, 6, 8]
draws = [reference.gaussian_layers(200, 8, 1.0, np.random.default_rng(seed)) for seed in range(11)]
orthogonal = orthogonal_layers(200, 8, np.random.default_rng(0))

# %%
spread = np.array([[condition_number(layers[:depth]) for depth in depths] for layers in draws])
median = np.median(spread, axis=0)
turned = np.array([condition_number(orthogonal[:depth]) for depth in depths])

fig, ax = plots.axes(
    "Gaussian layers squeeze ever harder, orthogonal ones never",
    "number of layers",
    "log10 of the condition number",
)
ax.fill_between(
    depths,
    np.log10(spread.min(0)),
    np.log10(spread.max(0)),
    alpha=0.2,
    label="smallest to largest draw",
)
ax.plot(depths, np.log10(median), "o-", label="Gaussian, median")
ax.plot(depths, np.log10(turned), "s--", label="orthogonal")
ax.legend()

for depth, low, middle, high in zip(depths, spread.min(0), median, spread.max(0), strict=True):
    print(f"depth {depth}: median {middle:.0e}, draws from {low:.0e} to {high:.0e}")
assert 300 < median[0] < 1000 and 4.5e4 < median[1] < 5.5e4 and 5e12 < median[-1] < 5e13
assert np.allclose(turned, 1)
per_layer = np.polyfit(depths, np.log10(median), 1)[0]
print(f"log10 of the median grows by {per_layer:.2f} per layer")
assert 1.3 < per_layer < 1.7
assert 24 < np.log10(median[0]) + 15 * per_layer < 26, "the same line, drawn on to 16 layers"
at_four = spread[:, depths.index(4)]
assert 2.5e6 < at_four.min() < 3.5e6 and 6.5e9 < at_four.max() < 7.5e9
assert spread[:, -1].max() > 1e14
plots.show(
    fig,
    alt="Log condition number against depth: Gaussian rises in a straight line to 13 at depth 8, orthogonal stays at 0.",
)

# %% [markdown]
# One Gaussian layer: several hundred. Two: about 50,000. Eight: about $10^{13}$. In log10 that is about one and a half per layer. Single draws scatter widely: at depth 4 the smallest is $3 \times 10^6$ and the largest $7 \times 10^9$. So read the medians as orders of magnitude. Orthogonal layers stay at 1, at any depth.
#
# Here is the whole spectrum, not only its two ends. Look at where most of the singular values go.

# %%
fig, ax = plots.axes(
    "With depth, most directions fade against the strongest",
    "singular value, from the largest to the smallest",
    "log10 of its size",
)
for depth, line in ((1, "-"), (2, "--"), (8, "-.")):
    ax.plot(
        np.log10(reference.singular_spectrum(draws[0][:depth])),
        line,
        label=f"Gaussian, {depth} layers",
    )
ax.plot(
    np.log10(reference.singular_spectrum(orthogonal)),
    ":",
    color="0.3",
    label="orthogonal, 8 layers",
)
ax.legend()

middle_share = (
    np.median(reference.singular_spectrum(draws[0])) / reference.singular_spectrum(draws[0])[0]
)
print(f"8 layers: the middle singular value is {middle_share:.3f} of the largest")
assert 0.005 < middle_share < 0.02
plots.show(
    fig,
    alt="Sorted singular values on a log scale. One Gaussian layer falls gently, eight fall steeply, orthogonal is flat at 0.",
)

# %% [markdown]
# After eight random layers the middle singular value is about a hundredth of the largest. A gradient that passes keeps its strong directions and loses the weak ones. This is vanishing too, even while the norm looks healthy.
#
# ### Right on paper, wrong in the computer
#
# **Predict:** at 16 layers the line should reach about $10^{25}$. What will numpy say? The second number below comes from a slower method, which never forms the product and keeps all scales as logarithms (`reference.log10_singular_spectrum`). It takes a few seconds.

# %%
deep = reference.gaussian_layers(200, 16, 1.0, np.random.default_rng(0))
plain = reference.singular_spectrum(deep)
exact = reference.log10_singular_spectrum(deep)
print(f"from the product:    log10 of the condition number = {np.log10(plain[0] / plain[-1]):.1f}")
print(f"with logarithms:     log10 of the condition number = {exact[0] - exact[-1]:.1f}")
assert np.log10(plain[0] / plain[-1]) < 19 and exact[0] - exact[-1] > 22

# %% [markdown]
# A float64 carries about 16 digits. Next to the largest singular value, anything $10^{16}$ times smaller is rounding noise. So a condition number computed from the product is trustworthy up to some $10^{15}$, and pure noise beyond. At depth 8 the largest draws were already close to this limit; that is why we stopped there.
#
# ## 5. On trial: "eigenvalues less than 1"
#
# Notes on this topic often say: *if the Jacobian has eigenvalues less than 1, gradients shrink exponentially with depth; if greater than 1, they grow.* The idea is right for a chain of single units. What does it mean for a matrix? Put it to the test with a matrix whose eigenvalues are .9 and .8.

# %%
lopsided = np.array([[0.9, 1.0], [0.0, 0.8]])
stretch = np.linalg.norm(lopsided.T @ circle, axis=0)
print("spectral radius:", reference.spectral_radius(lopsided))
print(f"stretch of a gradient in one step: from {stretch.min():.3f} to {stretch.max():.3f}")
assert np.isclose(reference.spectral_radius(lopsided), 0.9)
assert np.isclose(stretch.max(), 1.489, atol=1e-3) and np.isclose(stretch.min(), 0.484, atol=1e-3)

# %% [markdown]
# Every eigenvalue is below 1, and yet one gradient comes out 1.489 times as long. (The size of the largest eigenvalue is called the **spectral radius**.) The two stretches, 1.489 and .484, are the singular values.
#
# It gets worse with two different layers. Each of these two has the eigenvalues 0 and 0. What does their product do?

# %%
first, second = np.array([[0.0, 2.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [2.0, 0.0]])
print(
    "spectral radius of each:", reference.spectral_radius(first), reference.spectral_radius(second)
)
print("stretch by both together:", reference.singular_spectrum([first, second])[0])
assert reference.spectral_radius(first) == reference.spectral_radius(second) == 0
assert np.isclose(reference.singular_spectrum([first, second])[0], 4)

# %% [markdown]
# Zero and zero make four. The eigenvalues of single layers say **nothing** about a product of different layers.
#
# ### Where eigenvalues are right
#
# There is one case in which they rule: when the **same** matrix is applied again and again, as in a recurrent network (lesson 10). Then
#
# $$\lVert W^k \rVert^{1/k} \;\longrightarrow\; \text{a limit, as } k \to \infty.$$
#
# The limit is the growth per step in the long run. Why eigenvalues? An eigenvector is multiplied by the same number at each step, so after $k$ steps by its $k$-th power. In the end, one of them outgrows all others.
#
# ### Exercise 6 · `growth_rate(W)`
#
# Return this limit for a square matrix `W`: the limit itself, not the value at some large $k$. Below 1 the powers fade in the end, above 1 they grow. Eigenvalues may be negative or complex: `np.linalg.eigvals` finds them all.


# %% exercise="growth_rate"
def growth_rate(W):
    """The factor per step by which the norm of W^k grows or shrinks in the long run."""
    ### BEGIN SOLUTION
    return np.abs(np.linalg.eigvals(W)).max()
    ### END SOLUTION


# %% check="growth_rate"
check(growth_rate)

# %% [markdown]
# ### Predict, then measure
#
# One random matrix of width 100, applied 200 times to a gradient. Your `growth_rate` predicts the slope of the log norm. The dashed line is the limit that the largest singular value sets. Compare the **slopes** of the lines, not their heights: which of the two does the measurement follow in the end?

# %%
same = reference.gaussian_layers(100, 1, 1.0, np.random.default_rng(0))[0]
steps = np.arange(201)
unit, log_norms = np.random.default_rng(1).normal(size=100), [0.0]
unit = unit / np.linalg.norm(unit)
for _ in steps[1:]:
    unit = same.T @ unit
    log_norms.append(log_norms[-1] + np.log10(np.linalg.norm(unit)))
    unit = unit / np.linalg.norm(unit)
largest = reference.singular_spectrum([same])[0]
print(f"largest singular value: {largest:.2f}, so at most {np.log10(largest):+.3f} per step")
assert round(largest, 2) == 1.96

# %%
predicted = np.log10(growth_rate(same))
measured_slope = np.polyfit(steps[100:], log_norms[100:], 1)[0]

fig, ax = plots.axes("In the long run the eigenvalue wins", "steps k", "log10 gradient norm")
ax.plot(steps, log_norms, label="measured")
ax.plot(steps, predicted * steps, ":", label="predicted by your growth_rate")
ax.plot(steps, np.log10(largest) * steps, "--", label="limit by the largest singular value")
ax.set_ylim(-1, 6)
ax.legend()

print(f"slope per step: predicted {predicted:+.4f}, measured {measured_slope:+.4f}")
assert abs(predicted - measured_slope) < 0.001
plots.show(
    fig,
    alt="The measured log norm wobbles at first, then rises with the predicted slope, far below the limit line.",
)

# %% [markdown]
# The limit of 1.96 per step holds at every step, and is far too gloomy over 200 of them: each step turns the vector away from the direction that is stretched most.
#
# ### Move it: stretch and turn
#
# That is the whole secret, and two dimensions are enough to see it. The next matrix stretches one direction by 1.5, shrinks the other to 0.5, and then turns everything by an angle. The same matrix acts in every layer.
#
# **Predict before you move:** at angle 0 the gradient explodes along the first direction. Turning changes no length at all. Can turning alone make the gradient vanish? From which angle on?

# %%
live("jacobian_playground")

# %%
for angle in (0, 25, 30):
    turned_by = live("jacobian_playground", angle=angle).compute()
    print(
        f"{angle:2d} degrees: one layer up to {turned_by['most']:.2f}, in the long run {turned_by['growth']:.2f}"
    )
assert live("jacobian_playground", angle=25).compute()["growth"] > 1.1
assert live("jacobian_playground", angle=30).compute()["growth"] < 0.9

# %% [markdown]
# It can, and somewhere between 25 and 30 degrees it does. One layer stretches by up to 1.5 at every angle: the singular values stay where they are. But the turned gradient meets the stretch, then the squeeze, and the eigenvalues know.
#
# ## 6. First up, then down
#
# Back to the lopsided matrix with eigenvalues .9 and .8. In one step it can stretch by 1.489. In the long run it must fade. What happens in between? For comparison, a symmetric matrix with the same spectral radius, .9. **Predict** both curves before you look.

# %%
norms = reference.power_norms(lopsided, 60)
fig, ax = plots.axes(
    "Spectral radius .9, and yet the norm first grows", "steps k", "log10 of the norm of W^k"
)
ax.plot(np.log10(norms), label="lopsided")
ax.plot(np.log10(reference.power_norms(np.diag([0.9, 0.5]), 60)), "--", label="symmetric")
ax.axhline(0, color="0.6", linewidth=1)
ax.legend()

below = int(np.flatnonzero(norms < 1)[0])
print(f"peak {norms.max():.2f} at k = {norms.argmax()}; below 1 from k = {below}")
assert round(norms.max(), 2) == 2.76 and norms.argmax() == 6 and below == 22
plots.show(
    fig,
    alt="The symmetric curve falls in a straight line. The lopsided one rises first, peaks at k = 6, then falls in parallel.",
)

# %% [markdown]
# The norm grows to 2.76 at step 6, and is back under 1 only at step 22. The final slope is the same for both curves: the eigenvalue does decide the long run. But a network with 20 layers never gets there.
#
# A matrix with $W W^\top = W^\top W$ is called **normal**. Its singular values are the sizes of its eigenvalues, so its powers cannot grow first: the norm of $W^k$ is the spectral radius to the power $k$. For **one** normal matrix, repeated, the old sentence is exact. Symmetric matrices and rotations are normal. Random weights, and trained ones, are not.
#
# And for **different** normal layers? **Predict:** the layers diag(2, .1) and diag(.1, 2) both have an eigenvalue of 2. Does a gradient grow that passes through both, again and again?

# %%
pair = [np.diag([2.0, 0.1]), np.diag([0.1, 2.0])]
print(reference.product(pair))
assert np.allclose(reference.product(pair), 0.2 * np.eye(2))

# %% [markdown]
# It shrinks to a fifth, in every direction: what one layer stretches, the other squeezes. For different normal layers eigenvalues are a safe guide only if **all** their sizes are below 1, or **all** above 1.
#
# ### Move it: how high can the hump be?
#
# Here is the lopsided matrix again. **Predict before you move:** $c$ stands above the diagonal, and the eigenvalues do not depend on it. What will a larger $c$ do to the peak, and what to the final slope?

# %%
live("non_normal_growth")

# %% [markdown]
# The peak rises with $c$, and the final slope stays: the eigenvalues of this matrix stand on its diagonal.
#
# ### Exercise 7 · `transient_matrix`
#
# Build a 2×2 matrix of your own, as an array. Put it in place of the dots, and delete the line `raise NotImplementedError()`.
# - its spectral radius is **at most 0.9**, so its powers must fade in the end;
# - for some $k$ the norm of $W^k$ (its largest singular value) is **10 or more**.

# %% exercise="transient_matrix"
transient_matrix = ...
### BEGIN SOLUTION
transient_matrix = np.array([[0.9, 4.0], [0.0, 0.8]])
### END SOLUTION

# %% check="transient_matrix"
check(transient_matrix=transient_matrix)

# %% [markdown]
# See your own matrix at work. (Until you have built one, the figure shows the lopsided matrix from above.)

# %%
shown = np.array(lopsided if transient_matrix is ... else transient_matrix)
fig, ax = plots.axes(
    "Your matrix: how far up, before it fades?", "steps k", "log10 of the norm of W^k"
)
ax.plot(np.log10(reference.power_norms(shown, 80)), label="your matrix")
ax.axhline(1, color="0.4", linestyle="--", linewidth=1, label="the goal: a norm of 10")
ax.legend()
plots.show(
    fig,
    alt="The log norm of the powers of your matrix against k, with a dashed line at the goal, a norm of 10.",
)

# %% [markdown]
# ### Exercise 8 · `decides_the_norm`
#
# The verdict is yours. What bounds how much **one** layer can stretch a gradient? Replace the dots with `"singular values"` or `"eigenvalues"`, in quotes, and delete the line `raise NotImplementedError()`.

# %% exercise="decides_the_norm"
decides_the_norm = ...
### BEGIN SOLUTION
decides_the_norm = "singular values"
### END SOLUTION

# %% check="decides_the_norm"
check(decides_the_norm=decides_the_norm)

# %% [markdown]
# ## 7. Exploding: where is the edge?
#
# Now the size of the gradient, with activations again. Take ReLU, $f(z) = \max(0, z)$: its slope is 1 where $z > 0$ and 0 elsewhere. Layers are $n$ units wide, and the weights are drawn with mean 0 and standard deviation $s/\sqrt n$. The number $s$ is the **weight scale**.
#
# Follow the squared norm of the gradient through one layer, $g_{l-1} = W^\top (f'(z) \odot g_l)$. Assume that the entries of $z$ are spread symmetrically around 0, and that $g_l$ does not depend on which units are on. (With random weights of mean 0 this is nearly true.)
# 1. The slopes. Each unit is on or off. What share of the squared norm is left?
# 2. The weights. Each entry of the new gradient is a sum of $n$ terms, each with a weight of variance $s^2/n$. There are $n$ entries. So on average the squared norm is multiplied by $s^2$.
#
# ### Exercise 9 · `critical_scale`
#
# **Predict on paper:** at which $s$ does the gradient neither shrink nor grow, on average? Then move $s$ in the next figure, a network of 60 layers, and see whether the gradient agrees.

# %%
live("weight_scale")

# %% [markdown]
# Give $s$ to three digits, or as a formula with numpy. Replace the dots, and delete the line `raise NotImplementedError()`. (The figure shows one network, 64 units wide, so its edge lies a little beside the one on paper.)

# %% exercise="critical_scale"
critical_scale = ...
### BEGIN SOLUTION
critical_scale = np.sqrt(2)
### END SOLUTION

# %% check="critical_scale"
check(critical_scale=critical_scale)

# %% [markdown]
# ### Measure it
#
# Networks of 30 ReLU layers, 200 wide, five weight scales, 15 draws each. This is the figure of the whole course: log gradient norm against the depth travelled back from the output. Look for the line that stays nearly level.


# %%
def log10_gradient_norms(scale, seed, n=200, L=30):
    """log10 of the gradient norm after k = 0..L layers travelled back, relative to k = 0."""
    rng = np.random.default_rng(seed)
    layers = reference.gaussian_layers(n, L, scale, rng)
    zs, _ = reference.network_forward(layers, rng.normal(size=n), reference.relu)
    gradients = reference.backward(layers, zs, rng.normal(size=n), reference.relu_grad)
    norms = np.log10([np.linalg.norm(gradient) for gradient in reversed(gradients)])
    return norms - norms[0]


scales = np.array([1.0, 1.2, 1.4, 1.6, 2.0])
curves = [np.median([log10_gradient_norms(s, seed) for seed in range(15)], axis=0) for s in scales]

fig, ax = plots.axes(
    "The weight scale decides: vanish, hold, or explode",
    "layers travelled back from the output",
    "log10 gradient norm",
)
for s, curve, marker in zip(scales, curves, "osD^v", strict=True):
    ax.plot(curve, marker=marker, markevery=5, label=f"s = {s}")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))

assert curves[0][-1] < -4 and curves[-1][-1] > 4
assert abs(curves[2][-1]) < 0.5
plots.show(
    fig,
    alt="Five straight lines from 0: scales 1.0 and 1.2 fall, 1.4 stays level, 1.6 and 2.0 rise.",
)

# %% [markdown]
# Straight lines: growth by a constant factor per layer. After 30 layers the gradient at $s = 1$ is more than ten thousand times smaller, and at $s = 2$ more than ten thousand times larger. A factor of two in the weights is the whole way from one illness to the other.
#
# Now the slopes. The squared norm is multiplied by $s^2$ times the share that is left. The log10 of the *norm* is half the log10 of the *squared norm*, so the predicted slope is half the log10 of that factor. Look for the place where the line crosses zero.

# %%
on = (reference.relu_grad(np.random.default_rng(0).normal(size=1_000_000)) ** 2).mean()
predicted_slopes = 0.5 * np.log10(scales**2 * on)
slopes = np.array([np.polyfit(np.arange(31), curve, 1)[0] for curve in curves])

fig, ax = plots.axes(
    "The slope changes sign where you predicted", "weight scale s", "log10 gradient norm per layer"
)
ax.plot(scales, predicted_slopes, "--", label="predicted")
ax.plot(scales, slopes, "o", linestyle="none", label="measured, width 200")
ax.axhline(0, color="0.6", linewidth=1)
ax.legend()

crossing, foretold = np.interp(0, slopes, scales), np.interp(0, predicted_slopes, scales)
print("predicted:", predicted_slopes.round(3))
print("measured: ", slopes.round(3))
print(f"the sign changes at s = {crossing:.3f}; predicted {foretold:.3f}")
assert abs(crossing / foretold - 1) < 0.02
assert np.all(slopes < predicted_slopes) and np.all(predicted_slopes - slopes < 0.006)
plots.show(
    fig,
    alt="Slope against weight scale: the measured dots lie on the predicted curve, which crosses zero between 1.2 and 1.6.",
)

# %% [markdown]
# The sign changes within 2% of the scale that you predicted. **Explain the difference:** all measured slopes lie a little below the prediction, by less than .006, so the measured line crosses zero a little later. The prediction is for the *mean of the squared norm*. We measured a typical draw, on a log scale, and the mean of a logarithm is below the logarithm of the mean. The wider the layers, the less the draws scatter, and the smaller this gap. Lesson 05 starts from here: it chooses $s$ for each activation.
#
# ## What you now know
#
# - A layer's Jacobian is its weights with each **row** multiplied by the slope of its unit. Backpropagation applies the transpose to **one vector** at a time; with width $n$ this is about $n$ times cheaper than multiplying matrices.
# - **Singular values** bound how much a layer, or a stack of layers, can stretch or shrink a gradient.
# - A product of random layers turns the sphere into a needle: its condition number grows exponentially with depth, although the average length is kept. Orthogonal layers keep the sphere.
# - **Eigenvalues** decide the long run of **the same** matrix applied again and again. On the way there, the norm of a matrix that is not normal can grow first.
# - The weight scale decides between vanishing and exploding, and you can compute where the edge is.
#
# So the sentence of section 5, made exact: *if the largest singular value of every Jacobian is at most some number below 1, gradients shrink exponentially with depth. If one matrix is repeated, its spectral radius decides in the long run.*
#
# **Next:** lesson 04, *Symptoms*. How all this looks in a network that is being trained.
#
# **Read on**
# - A. M. Saxe, J. L. McClelland, S. Ganguli: *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*, 2013. Why orthogonal layers train at a speed that does not depend on depth.
# - R. Pascanu, T. Mikolov, Y. Bengio: *On the difficulty of training recurrent neural networks*, 2013. Singular values and eigenvalues of a repeated map.
# - L. N. Trefethen, M. Embree: *Spectra and Pseudospectra*, 2005. The book on matrices whose eigenvalues mislead.

# %%
progress()
