# %% [markdown]
# # 05 · How to draw the first weights
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# Lesson 03 ended with one number, the weight scale $s$. Too small, and gradients vanish; too large, and they explode. Lesson 04 showed what that does to training. Now you choose the scale yourself: for every activation, before the first step, with pencil and paper.
#
# **When you finish you can**
# - derive the formulas of Xavier and He, and draw weights with them, normal, uniform or orthogonal;
# - predict how large the signal and the gradient are at any depth, for any activation, to three digits;
# - say what the edge of chaos is, and find it;
# - predict how deep a network can be and still train, and check the prediction on real data.
#
# **You need** [lesson 03](../03_jacobians/03_jacobians.ipynb), and what a variance is. **Time:** about 90 minutes.

# %%
import numpy as np
import torch

from vegrad_course import check, constant, datasets, hint, plots, progress, reference
from vegrad_course.training import Network, Recipe, train
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. Three ways to begin
#
# The weights of a new network are random numbers of mean 0. Only their size is yours to choose. Here are three choices for a network of 20 tanh layers, 200 units wide: "small numbers" (a standard deviation of 0.01), plain standard normal numbers, and $1/\sqrt{200}$.
#
# **Predict** for each: what happens to the activations on the way through, and what to the gradient on the way back?

# %%
n, L = 200, 20
choices = {"0.01": 0.01, "1 / √200": 1 / np.sqrt(n), "1": 1.0}


def first_pass(std, seed=0):
    """Root mean square of a_0..a_L, and gradient norms after k = 0..L layers travelled back."""
    rng = np.random.default_rng(seed)
    Ws = [rng.normal(0, std, (n, n)) for _ in range(L)]
    zs, activations = reference.network_forward(Ws, rng.normal(size=n), reference.tanh)
    gradients = reference.backward(Ws, zs, rng.normal(size=n), reference.tanh_grad)
    norms = np.array([np.linalg.norm(g) for g in reversed(gradients)])
    return [np.sqrt(np.mean(a**2)) for a in activations], norms / norms[0]


passes = {name: first_pass(std) for name, std in choices.items()}
for name, (sizes, norms) in passes.items():
    print(
        f"std {name:8} last activations {sizes[-1]:.1e}   gradient at the input × {norms[-1]:.1e}"
    )
assert passes["0.01"][0][-1] < 1e-15 and passes["0.01"][1][-1] < 1e-15
assert passes["1"][0][-1] > 0.9 and passes["1"][1][-1] > 1e5
assert 0.1 < passes["1 / √200"][0][-1] < 0.3 and 0.1 < passes["1 / √200"][1][-1] < 1

# %% [markdown]
# The same on the axes of this course. Look for the line that stays nearly level.

# %%
fig, ax = plots.axes(
    "Too small: it vanishes. Too large: it explodes",
    "layers travelled back from the output",
    "log10 gradient norm",
)
for (name, (_, norms)), marker in zip(passes.items(), "os^", strict=True):
    ax.plot(np.log10(norms), marker=marker, markevery=4, label=f"standard deviation {name}")
ax.legend()
plots.show(
    fig,
    alt="Log gradient norm against depth: std 0.01 falls steeply, 1 / root 200 stays nearly level, std 1 rises.",
)

# %% [markdown]
# With 0.01 the signal itself dies: after 20 layers nothing is left, forward or backward. With 1 the activations look fine, but they are saturated, all near +1 or −1. The few unsaturated units multiply the gradient, and it explodes. The third choice holds. It is no accident, and it depends on the width.
#
# ## 2. One layer, on paper
#
# One unit adds up $n$ products, $z = \sum_j w_j a_j$. The weights are independent of each other and of the activations, with mean 0. Then
#
# $$\mathrm{Var}(z) = n\,\mathrm{Var}(w)\,\overline{a^2}$$
#
# where $\overline{a^2}$ is the mean of the squared activations. Every product adds the same amount, and there are $n$ of them. This $n$ is called **fan-in**: the number of weights that meet in one output.
#
# - **Forward:** the variance is kept if $\mathrm{fan_{in}} \cdot \mathrm{Var}(w) = 1$.
# - **Backward:** the gradient is multiplied by $W^\top$. Now the sum runs over all outputs that one input feeds, the **fan-out**. The entries of the gradient keep their size if $\mathrm{fan_{out}} \cdot \mathrm{Var}(w) = 1$.
#
# ### Exercise 1 · `fan_in_and_out(shape)`
#
# Return the pair `fan_in, fan_out` for weights of this shape.
# - A linear layer has the shape `(n_out, n_in)`.
# - A convolution has the shape `(c_out, c_in, *kernel)`: output channels, input channels, then the sides of the kernel, one, two or three of them. One output pixel adds up **all** input channels at **every** place of the kernel. One input pixel feeds all output channels, through every place of the kernel.


# %% exercise="fan_in_and_out"
def fan_in_and_out(shape):
    """The number of weights that meet in one output, and that leave one input."""
    ### BEGIN SOLUTION
    places = int(np.prod(shape[2:]))
    return shape[1] * places, shape[0] * places
    ### END SOLUTION


# %% check="fan_in_and_out"
check(fan_in_and_out)

# %% [markdown]
# A real convolution has the shape that your function wants. **Predict** its fan-in: 16 input channels, 32 output channels, a kernel of 3 by 3.

# %%
shape = tuple(torch.nn.Conv2d(16, 32, kernel_size=3).weight.shape)
print(shape, "->", fan_in_and_out(shape))
assert tuple(fan_in_and_out(shape)) == (144, 288)

# %% [markdown]
# ## 3. Xavier, He, LeCun
#
# Notes on this topic say: *use Xavier or He initialisation, so that the weights are neither too small nor too large and the variance of the input is kept*. Here is what stands behind these names: three answers to one question. Which variance should the weights have?
#
# | scheme | variance of the weights | the reason |
# |:--|:--|:--|
# | LeCun | $1 / \mathrm{fan_{in}}$ | keeps the variance going forward, while $f(z) \approx z$ |
# | Xavier (Glorot) | $2 / (\mathrm{fan_{in}} + \mathrm{fan_{out}})$ | a compromise: forward wants $1/\mathrm{fan_{in}}$, backward wants $1/\mathrm{fan_{out}}$ |
# | He (Kaiming) | $2 / \mathrm{fan_{in}}$ | for ReLU: half of the units are off, and the 2 makes up for it |
#
# For a square layer LeCun and Xavier agree. The weights may be **normal** or **uniform**; only the variance counts. A uniform number between $-b$ and $b$ has the variance $b^2/3$.
#
# ### Exercise 2 · `init_weights(fan_in, fan_out, scheme, distribution, rng)`
#
# Return a weight matrix of shape `(fan_out, fan_in)`, one row per output.
# - `scheme` is `"xavier"`, `"he"` or `"lecun"`; `distribution` is `"normal"` or `"uniform"`.
# - Draw with the generator `rng` that comes in: the same seed must give the same weights. numpy has `rng.normal(0, std, shape)` and `rng.uniform(-b, b, shape)`.


# %% exercise="init_weights"
def init_weights(fan_in, fan_out, scheme, distribution, rng):
    """Weights of shape (fan_out, fan_in) with mean 0 and the variance of the scheme."""
    ### BEGIN SOLUTION
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (fan_out, fan_in))
    bound = np.sqrt(3 * variance)
    return rng.uniform(-bound, bound, (fan_out, fan_in))
    ### END SOLUTION


# %% check="init_weights"
check(init_weights)

# %% [markdown]
# ### Predict, then measure
#
# 30 ReLU layers, 200 wide, with your weights. ReLU keeps half of the squared norm. So with Xavier weights each layer halves the squared norm, and with He weights it keeps it. **Predict:** what is the slope of the log10 gradient norm per layer, for each? (The norm, not its square.)


# %%
def relu_slope(scheme, seed):
    """log10 gradient norm per layer travelled back, 30 ReLU layers of width 200."""
    rng = np.random.default_rng(seed)
    Ws = [init_weights(200, 200, scheme, "normal", rng) for _ in range(30)]
    zs, _ = reference.network_forward(Ws, rng.normal(size=200), reference.relu)
    gradients = reference.backward(Ws, zs, rng.normal(size=200), reference.relu_grad)
    return np.log10(np.linalg.norm(gradients[0]) / np.linalg.norm(gradients[-1])) / 30


predicted_slopes = {"xavier": 0.5 * np.log10(1 / 2), "he": 0.0}
for scheme, predicted in predicted_slopes.items():
    slope = np.median([relu_slope(scheme, seed) for seed in range(9)])
    print(f"{scheme:7} predicted {predicted:+.3f}   measured {slope:+.3f} per layer")
    assert abs(slope - predicted) < 0.012
assert round(predicted_slopes["xavier"], 3) == -0.151

# %% [markdown]
# Xavier on ReLU loses a factor of ten about every seven layers, and He loses next to nothing. The formula must fit the activation.
#
# ### What does PyTorch do, if you say nothing?
#
# **Predict:** which variance, times fan-in, has `torch.nn.Linear` by default? Xavier's 1, He's 2, or something else?

# %%
torch.manual_seed(0)
default = torch.nn.Linear(1000, 1000).weight.detach()
print(f"fan_in × variance = {1000 * default.var().item():.3f}")
assert abs(1000 * default.var().item() - 1 / 3) < 0.005

# %% [markdown]
# One third: too small for tanh, and far too small for ReLU. A deep network made of plain `Linear` layers has vanishing gradients from the start, whatever you train it with. Say which initialisation you want: `torch.nn.init.kaiming_normal_`, `xavier_uniform_` and so on.
#
# ### Move it: the one depth plot
#
# Here is everything that this course does about depth, in one figure: 40 layers, and a switch for each remedy. It starts with sigmoid and Xavier. **Predict before you move:** can any choice of *weights and gain* alone save sigmoid? What happens with ReLU and Xavier, then He? And which of the other switches rescues even sigmoid?

# %%
live("depth_plot")

# %%
for values in (
    {},
    {"scheme": "He", "gain": 2.0},
    {"scheme": "std 1", "gain": 2.0},
    {"activation": "relu"},
    {"activation": "relu", "scheme": "He"},
    {"residual": True},
):
    scene = live("depth_plot", **values).compute()
    print(f"{values!s:45} log10 changes by {scene['total']:+.1f}")
assert live("depth_plot").compute()["total"] < -20
for scheme in ("Xavier", "He", "orthogonal"):
    assert live("depth_plot", scheme=scheme, gain=2.0).compute()["total"] < -8
huge = live("depth_plot", scheme="std 1", gain=2.0).compute()
z_size = 2 * np.sqrt(32) * huge["rms"]
print(f"std 1, gain 2: z has a size of about {z_size:.0f}")
assert -3 < huge["total"] < -1 and 7 < z_size < 9
assert live("depth_plot", activation="relu").compute()["total"] < -5
assert abs(live("depth_plot", activation="relu", scheme="He").compute()["total"]) < 1
assert abs(live("depth_plot", residual=True).compute()["total"]) < 1

# %% [markdown]
# With Xavier, He or orthogonal weights no gain on the slider saves sigmoid: its slopes are too small. Only huge weights come near, and they drive $z$ to a size of about 8, where nearly every unit is saturated. He holds ReLU. And a skip connection keeps even sigmoid alive: that is lesson 09. Normalisation is lesson 07. Come back to this figure then.
#
# ## 4. Orthogonal weights
#
# Gaussian weights keep the length of a gradient **on average**. Lesson 03 showed what they do to single directions: with depth, some are stretched and most are lost. **Predict before you move:** at 16 layers of width 32, how many decades lie between the largest and the smallest singular value of the product? And with orthogonal layers?

# %%
live("product_spectrum")

# %%
gaussian = live("product_spectrum", depth=16).compute()
turned = live("product_spectrum", depth=16, kind="orthogonal").compute()
print(
    f"Gaussian: {np.log10(gaussian['condition']):.1f} decades; orthogonal: {turned['condition']:.6f}"
)
assert 16 < np.log10(gaussian["condition"]) < 18
assert np.isclose(turned["condition"], 1)

# %% [markdown]
# Seventeen decades against none. An orthogonal matrix keeps the length of **every** vector, so a product of them does too. How do you draw one, so that every direction is equally likely?
#
# Start from a Gaussian matrix, and make its columns perpendicular and of length 1: `q, r = np.linalg.qr(A)` does that. Two traps:
# 1. The routine decides the sign of each column of `q` by habit, not by chance. `A = q r` stays true if you flip the sign of a column of `q` together with the row of `r`. So settle it: make the diagonal of `r` positive.
# 2. A wide matrix has more columns than can be perpendicular. There the **rows** must be: draw it tall, and transpose.
#
# See the first trap with your own eyes:

# %%
rng = np.random.default_rng(0)
corner = [np.linalg.qr(rng.normal(size=(3, 3)))[0][0, 0] for _ in range(200)]
print("positive corners among 200 draws:", int(np.sum(np.array(corner) > 0)))
assert np.sum(np.array(corner) > 0) in (0, 200), "always the same sign"

# %% [markdown]
# ### Exercise 3 · `orthogonal(rows, cols, gain, rng)`
#
# Return a matrix of shape `(rows, cols)` whose singular values are **all equal to `gain`**: `gain` times a matrix with perpendicular columns of length 1 (or rows, if there are more columns than rows). Over many draws each entry must be positive as often as negative, whatever the signs of the others. Draw with the generator `rng` that comes in: the same seed must give the same matrix.


# %% exercise="orthogonal"
def orthogonal(rows, cols, gain, rng):
    """A random matrix whose singular values are all equal to gain."""
    ### BEGIN SOLUTION
    q, r = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= cols else q.T)
    ### END SOLUTION


# %% check="orthogonal"
check(orthogonal)

# %% [markdown]
# ## 5. How large is the signal, exactly?
#
# The table of section 3 pretends that $f(z) \approx z$, or that $f$ is ReLU. What about tanh, sigmoid, or anything else? There is an exact answer for wide layers, and it needs only one idea.
#
# A pre-activation is a sum of very many small independent terms. Such a sum is **normally distributed**. So all that can be said of a wide layer is one number, the variance of $z$. Call it $q$. Then a mean over the units of a layer is a mean over a normal distribution of variance $q$.
#
# Look at one wide layer, and at the normal curve that has the same variance.

# %%
rng = np.random.default_rng(0)
a = np.tanh(rng.normal(size=2000))
z = rng.normal(0, np.sqrt(1.5 / 2000), (4000, 2000)) @ a
q_measured = z.var()
grid = np.linspace(-4, 4, 200)
bell = np.exp(-(grid**2) / (2 * q_measured)) / np.sqrt(2 * np.pi * q_measured)

fig, ax = plots.axes(
    "In a wide layer the pre-activations are normal", "pre-activation z", "density"
)
ax.hist(z, bins=60, range=(-4, 4), density=True, color="0.8", label="4,000 units")
ax.plot(grid, bell, label="normal, same variance")
ax.legend()
inside = np.mean(np.abs(z) < np.sqrt(q_measured))
print(f"variance {q_measured:.3f}; within one standard deviation: {inside:.3f}")
assert abs(inside - 0.683) < 0.03
plots.show(fig, alt="A histogram of pre-activations with a normal curve over it; they agree.")

# %% [markdown]
# ### Exercise 4 · `gaussian_mean(f, q)`
#
# Return the mean of `f(z)` when `z` is normal with mean 0 and **variance** `q`. `f` takes an array. Three digits are due; random sampling is not exact enough.
#
# One way: take a fine grid of standard normal $u$ from −8 to 8, with the weights $e^{-u^2/2}$. A number of variance $q$ is $\sqrt q\,u$. The mean is the weighted sum of $f(\sqrt q\,u)$, divided by the sum of the weights.


# %% exercise="gaussian_mean"
def gaussian_mean(f, q):
    """The mean of f(z) for z normal with mean 0 and variance q."""
    ### BEGIN SOLUTION
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2)
    return np.sum(weights * f(np.sqrt(q) * u)) / np.sum(weights)
    ### END SOLUTION


# %% check="gaussian_mean"
check(gaussian_mean)

# %% [markdown]
# ### From one layer to the next
#
# Let the weights have the variance $\sigma_w^2/n$ and the biases the variance $\sigma_b^2$. By section 2,
#
# $$q_{l+1} = \sigma_w^2\;\mathbb{E}\bigl[f(z)^2\bigr] + \sigma_b^2, \qquad z \sim \mathcal N(0, q_l)$$
#
# This is the **variance map**. It says all about the size of the signal, at any depth. (LeCun and square Xavier have $\sigma_w^2 = 1$, He has $\sigma_w^2 = 2$.)
#
# ### Exercise 5 · `variance_map(q, sigma_w2, sigma_b2, f)`
#
# Return the variance of the next layer's pre-activations. Your `gaussian_mean` is at hand.


# %% exercise="variance_map"
def variance_map(q, sigma_w2, sigma_b2, f):
    """The variance of z in the next layer, if it is q in this one."""
    ### BEGIN SOLUTION
    return sigma_w2 * gaussian_mean(lambda z: f(z) ** 2, q) + sigma_b2
    ### END SOLUTION


# %% check="variance_map"
check(variance_map)

# %% [markdown]
# Two starts, a very small and a large one, with $\sigma_w^2 = 1.5$ and $\sigma_b^2 = .05$. **Predict:** where do the lines end? The dots are a real network of tanh layers, 1,000 wide.


# %%
def measured_variances(q_start, layers, seed=0, n=1000):
    """Variances of z_1..z_layers in a tanh network; z_1 is drawn with variance q_start."""
    rng = np.random.default_rng(seed)
    z = np.sqrt(q_start) * rng.standard_normal(n)
    found = [z.var()]
    for _ in range(layers - 1):
        W = rng.standard_normal((n, n), dtype=np.float32) * np.sqrt(1.5 / n)
        z = W @ np.tanh(z) + np.sqrt(0.05) * rng.standard_normal(n)
        found.append(z.var())
    return np.array(found)


def predicted_variances(q_start, layers):
    found = [q_start]
    for _ in range(layers - 1):
        found.append(variance_map(found[-1], 1.5, 0.05, np.tanh))
    return np.array(found)


# %%
curves = {q: predicted_variances(q, 15) for q in (0.02, 3.0)}
fig, ax = plots.axes("The layers forget how large the input was", "layer", "variance of z")
for q, marker in ((0.02, "o"), (3.0, "s")):
    layers = np.arange(1, 16)
    real = measured_variances(q, 15)
    ax.plot(layers, curves[q], label=f"predicted, from {q}")
    ax.plot(layers, real, marker, linestyle="none", color="0.3", label="measured")
    assert np.all(np.abs(real / curves[q] - 1) < 0.2)
ax.legend()
print("layer 15:", {q: float(curve[-1].round(3)) for q, curve in curves.items()})
assert abs(curves[0.02][-1] - curves[3.0][-1]) < 0.02
assert np.allclose(reference.variance_map(np.arange(5), 2.0, 0.0, reference.relu), np.arange(5))
plots.show(
    fig,
    alt="Variance against layer: from a small and from a large start both curves meet near 0.42.",
)

# %% [markdown]
# Both end at the same variance. It is the **fixed point** $q^*$ of the map: the $q$ at which one layer more changes nothing. (Not every map forgets its start. For ReLU with He's $\sigma_w^2 = 2$ and no bias the map is $q \to q$: *every* $q$ is kept. That is He's aim.)
#
# ### Exercise 6 · `fixed_point(sigma_w2, sigma_b2, f)`
#
# Return $q^*$, the variance that a very deep stack settles at. Start from $q = 1$. (Without a bias 0 is a fixed point of tanh too, but no signal ends there if the weights are large enough.) If the signal dies out, return 0. The map always settles in the cases tested. Three digits are due.


# %% exercise="fixed_point"
def fixed_point(sigma_w2, sigma_b2, f):
    """The variance q* that the layers settle at."""
    ### BEGIN SOLUTION
    q = 1.0
    for _ in range(1000):
        q = variance_map(q, sigma_w2, sigma_b2, f)
    return q
    ### END SOLUTION


# %% check="fixed_point"
check(fixed_point)

# %% [markdown]
# ## 6. The edge of chaos
#
# The signal settles. What does the **gradient** do there? Each layer multiplies it by slopes, then by $W^\top$. The squared norm changes, on average, by the factor
#
# $$\chi = \sigma_w^2\;\mathbb{E}\bigl[f'(z)^2\bigr], \qquad z \sim \mathcal N(0, q^*)$$
#
# called **chi**. (Lesson 03, section 7, had this formula for ReLU: $s^2$ times the share of units that are on.)
# - $\chi < 1$: gradients vanish. Two different inputs become more alike in every layer: the **ordered** phase.
# - $\chi > 1$: gradients explode. The smallest difference grows: the **chaotic** phase.
# - $\chi = 1$: the **edge of chaos**. Here deep networks can be trained.
#
# The next figure shows the variance map as a staircase: up to the curve is one layer, across to the diagonal passes the result on. Below it stands chi for every weight variance.
#
# **Predict before you move:** without a bias and for small $z$, tanh is close to the identity, and the edge is at $\sigma_w^2 = 1$. A bias pushes units to where tanh is flat. Does the edge then lie above or below 1?

# %%
live("edge_of_chaos")

# %% [markdown]
# ### Exercise 7 · `critical_sigma_w2`
#
# Read it from the figure: at which weight variance $\sigma_w^2$ is tanh with a bias variance of $\sigma_b^2 = 0.05$ exactly at the edge? Give three digits. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="critical_sigma_w2"
critical_sigma_w2 = ...
### BEGIN SOLUTION
critical_sigma_w2 = 1.76
### END SOLUTION

# %% check="critical_sigma_w2"
check(critical_sigma_w2=critical_sigma_w2)

# %% [markdown]
# ### From chi to a slope
#
# Our axes show log10 of the **norm**, and chi is the factor of the **squared** norm. So after travelling back through $k$ layers, $\log_{10}$ of the norm has changed by $k$ times
#
# $$\tfrac12 \log_{10} \chi$$
#
# ### Exercise 8 · `predicted_log_slope(sigma_w2, sigma_b2, f, df)`
#
# Return this slope: the change of log10 gradient norm per layer travelled back. Negative means vanishing. Take chi at the fixed point. `df` is the derivative of `f`.


# %% exercise="predicted_log_slope"
def predicted_log_slope(sigma_w2, sigma_b2, f, df):
    """Change of log10 gradient norm per layer travelled back, in a wide network."""
    ### BEGIN SOLUTION
    q = fixed_point(sigma_w2, sigma_b2, f)
    chi = sigma_w2 * gaussian_mean(lambda z: df(z) ** 2, q)
    return 0.5 * np.log10(chi)
    ### END SOLUTION


# %% check="predicted_log_slope"
check(predicted_log_slope)

# %% [markdown]
# ### The moment of truth
#
# Real networks, 300 wide and 50 layers deep, five weight variances, five draws each. Your function never saw them. How close is it? (Papers use the natural logarithm; the last two columns repeat the slopes in it.)


# %%
def measured_slope(sigma_w2, sigma_b2, name, seed, n=300, L=50):
    """log10 gradient norm per layer travelled back: the best line from the output to layer 10."""
    rng, entry = np.random.default_rng(seed), reference.activation(name)
    a, Ws, zs = rng.normal(size=n), [], []
    for _ in range(L):
        Ws.append(rng.standard_normal((n, n), dtype=np.float32) * np.sqrt(sigma_w2 / n))
        zs.append(Ws[-1] @ a + np.sqrt(sigma_b2) * rng.normal(size=n))
        a = entry.value(zs[-1])
    gradients = reference.backward(Ws, zs, rng.normal(size=n), entry.derivative)
    norms = np.array([np.linalg.norm(g) for g in gradients[10:]])
    return reference.fit_decay_rate(norms)


edge = round(reference.critical_weight_variance(0.05, reference.tanh, reference.tanh_grad), 3)
settings = [("tanh", s, 0.05) for s in (0.5, 1.0, 1.39, edge, 2.5)] + [("sigmoid", 4.0, 0.0)]
slopes = [
    np.median([measured_slope(s, b, name, seed) for seed in range(5)]) for name, s, b in settings
]

# %%
print("                       log10 per layer        natural log")
for (name, s, b), slope in zip(settings, slopes, strict=True):
    entry = reference.activation(name)
    predicted = predicted_log_slope(s, b, entry.value, entry.derivative)
    print(
        f"{name:8} {s:5} {b:5}   {predicted:+.4f}  {slope:+.4f}     "
        f"{predicted * np.log(10):+.4f}  {slope * np.log(10):+.4f}"
    )
    assert abs(slope - predicted) < 0.004

# %% [markdown]
# Columns: activation, $\sigma_w^2$, $\sigma_b^2$, predicted, measured. The two differ by less than .004 of a decade per layer, across vanishing, edge and explosion, with nothing fitted. And for sigmoid at $\sigma_w^2 = 4$ the slope is −.88 per layer in natural logarithms: a factor of more than two lost in every layer.
#
# ## 7. How deep can it be?
#
# If chi is below 1, the squared norm shrinks like $\chi^k$. Write it as $e^{-k/\xi}$. Then
#
# $$\xi = \frac{1}{|\ln \chi|}$$
#
# is the **depth scale**: after $\xi$ layers a factor of $e$ of the squared norm is lost. How many depth scales can training bear? Schoenholz and others (2017) found about **six**. So the deepest network that can be trained has about $6\,\xi$ layers.
#
# ### Exercise 9 · `deepest_trainable`
#
# tanh, $\sigma_b^2 = .05$, and the $\sigma_w^2$ that the next cell prints. (It is 1.39, unless your course gives each student a number of their own.)

# %%
my_sigma_w2 = constant("deepest_trainable", "sigma_w2")
print("my_sigma_w2 =", my_sigma_w2)

# %% [markdown]
# Which depth is $6\,\xi$? Set the figure of section 6 to these values and read $\xi$, or compute it. One number, to within 2%.

# %% exercise="deepest_trainable"
deepest_trainable = ...
### BEGIN SOLUTION
slope = predicted_log_slope(my_sigma_w2, 0.05, np.tanh, lambda z: 1 - np.tanh(z) ** 2)
deepest_trainable = -6 / (2 * slope * np.log(10))
### END SOLUTION

# %% check="deepest_trainable"
check(deepest_trainable=deepest_trainable)

# %% [markdown]
# ### Measure it: the trainability map
#
# Now train. Digits of 8 by 8 pixels, tanh networks 64 wide, 300 steps of plain gradient descent, three seeds each: a map of depth against weight variance. For $\sigma_w^2 = 1.0$ the rule says 22 layers, for 1.39 nearly three times as many, at the edge there is no limit. **Predict** which of the nine cells will learn.

# %%
variances, depths, seeds = (1.0, 1.39, edge), (8, 16, 32), (0, 1, 2)
networks = [
    Network(depth=L, sigma_w2=s, sigma_b2=0.05, seed=seed)
    for L in depths
    for s in variances
    for seed in seeds
]
results = train(networks, Recipe(lr=0.05, steps=300), datasets.digits(), progress=False)
accuracies = np.array([result.test_accuracy for result in results]).reshape(3, 3, 3)
trained = np.median(accuracies, axis=2)
print("depth    " + "   ".join(f"σw² {s}" for s in variances))
for L, row in zip(depths, trained, strict=True):
    print(f"{L:5}    " + "   ".join(f"{accuracy:7.0%}" for accuracy in row))
assert trained[0].min() > 0.85, "eight layers learn with all three variances"
assert trained[2, 0] < 0.6 < trained[2, 1], "32 layers: 1.0 does not learn, 1.39 does"

# %% [markdown]
# Look for the cells above the line: they should be the ones that did not learn.

# %%
shown_variances = np.linspace(0.8, 1.74, 60)
line = []
for s in shown_variances:
    q = reference.fixed_point(s, 0.05, reference.tanh)
    line.append(6 * reference.depth_scale(reference.chi(q, s, reference.tanh_grad)))

fig, ax = plots.axes("Where training works: below 6 ξ", "weight variance σw²", "depth")
s_grid, depth_grid = np.meshgrid(variances, depths)
cells = ax.scatter(s_grid, depth_grid, c=trained, s=420, marker="s", vmin=0, vmax=1)
for s, L, accuracy in zip(s_grid.ravel(), depth_grid.ravel(), trained.ravel(), strict=True):
    ax.annotate(f"{accuracy:.0%}", (s, L), xytext=(16, -4), textcoords="offset points")
ax.plot(shown_variances, line, color="0.2", linestyle="--", label="6 ξ")
ax.set(ylim=(0, 40), xlim=(0.8, 1.95))
fig.colorbar(cells, label="test accuracy")
ax.legend(loc="upper left")
plots.show(
    fig,
    alt="Nine squares, depth against weight variance, coloured by accuracy. At variance 1.0 depth 32 stands above the 6 xi line and did not learn.",
)

# %% [markdown]
# The rule of six is a rule of thumb: it gives the order of magnitude, and single runs near the border go either way. But it was drawn **before** training, from two integrals. The full map, with more depths and more steps, is an experiment of this course: `vegrad experiment trainability_map`. There you see its limit, too: very deep networks fail in so few steps even at the edge.
#
# ## 8. On trial: "tanh with Xavier stabilises at .25"
#
# A published course text says that in a deep tanh network with Xavier weights the variance of the activations first falls and then *stabilises around .25*. Another voice, the theory of section 5, says: it **keeps falling**, without end. Both cannot be right. You decide.
#
# **Predict** what the variance is in layer 64, according to each. (For the theory: square Xavier weights have $\sigma_w^2 = 1$, and your `variance_map` takes you from layer to layer.) Then measure: five networks, 800 wide, with twenty inputs of variance 1 each.


# %%
def activation_variances(seed, layers=64, n=800):
    """Variance of a_1..a_layers in a tanh network with Xavier weights."""
    rng = np.random.default_rng(seed)
    z, found = rng.standard_normal((n, 20), dtype=np.float32), []
    for _ in range(layers):
        found.append(np.tanh(z).var())
        z = (rng.standard_normal((n, n), dtype=np.float32) / np.sqrt(np.float32(n))) @ np.tanh(z)
    return np.array(found)


draws = np.array([activation_variances(seed) for seed in range(5)])
falling = np.median(draws, axis=0)
for layer in (1, 2, 4, 8, 16, 32):
    print(f"layer {layer:2}: measured {falling[layer - 1]:.4f}")
assert 0.030 < falling[15] < 0.036
assert np.all(np.diff(falling[[0, 1, 3, 7, 15, 31, 63]]) < 0)

# %% [markdown]
# The print stops at layer 32 on purpose. `falling` holds all 64 layers: `falling[l - 1]` is layer $l$.
#
# ### Exercise 10 · `tanh_variance_at_64`
#
# What is the variance of the activations in layer 64? Give the median in `falling`, or the number that you computed with the variance map, to within a tenth. (A single network can be further off than that.)

# %% exercise="tanh_variance_at_64"
tanh_variance_at_64 = ...
### BEGIN SOLUTION
tanh_variance_at_64 = 0.0081
### END SOLUTION

# %% check="tanh_variance_at_64"
check(tanh_variance_at_64=tanh_variance_at_64)

# %% [markdown]
# See both claims and the measurement together. Both axes are logarithmic: a power law is a straight line there.

# %%
layers = np.arange(1, 65)
fig, ax = plots.axes("It does not stabilise", "layer l", "variance of the activations")
ax.plot(layers, falling, "o", markersize=3, linestyle="none", label="measured, width 800")
ax.plot(layers, 1 / (2 * layers), "--", label="1 / (2 l)")
ax.axhline(0.25, color="0.4", linestyle=":", label="the claim: .25")
ax.set(xscale="log", yscale="log")
ax.legend()
steepness = np.polyfit(np.log(layers[15:]), np.log(falling[15:]), 1)[0]
print(f"from layer 16 on the variance falls like l to the power {steepness:.2f}")
print(f"layer 64: measured {falling[63]:.4f}; the theory says {1 / 128:.4f}, the claim .25")
assert -1.25 < steepness < -0.75
print(f"single networks: {draws[:, 63].min():.4f} to {draws[:, 63].max():.4f}")
assert 0.0072 < falling[63] < 0.0087 and draws[:, 63].min() < 0.0071
plots.show(
    fig,
    alt="Variance against layer on log axes: the measured dots follow the falling line 1 / (2 l), far below .25 from layer 4 on.",
)

# %% [markdown]
# The theory is right: it keeps falling. Why? For small $z$, $\tanh^2 z \approx z^2 - \tfrac23 z^4$, and the mean of $z^4$ is $3q^2$. So the variance map is $q - 2q^2$: each layer takes away a little, ever less. The solution of that is $1/(2l)$.
#
# The claim is an easy mistake to make: in the first layers the variance is .39, .24, .17, .13. It falls ever more slowly, and who looks at a few layers only sees something level out. Here $\chi \to 1$ and there is no bias: the network stands **at** the edge, and at the edge things fade as a power of the depth, not exponentially. That is why Xavier works so well with tanh.

# %%
first = [1.0]
for _ in range(4):
    first.append(reference.variance_map(first[-1], 1.0, 0.0, reference.tanh))
print("predicted for the activations of layers 1 to 4:", np.round(first[1:], 2))
assert np.allclose(first[1:], [0.39, 0.24, 0.17, 0.13], atol=0.005)

# %% [markdown]
# ## Summary
#
# - A sum of fan-in products: $\mathrm{Var}(z) = \mathrm{fan_{in}}\,\mathrm{Var}(w)\,\overline{a^2}$. All schemes follow from this line. **Xavier:** $2/(\mathrm{fan_{in}}+\mathrm{fan_{out}})$ for tanh and its like. **He:** $2/\mathrm{fan_{in}}$ for ReLU.
# - PyTorch's default for `Linear` is neither: one third of $1/\mathrm{fan_{in}}$.
# - **Orthogonal** weights keep the length of every vector, not only the average.
# - In wide layers the **variance map** predicts the signal, its fixed point $q^*$ gives **chi**, and half of log chi is the slope of the gradient. Nothing is fitted, and it is right to within .004 of a decade per layer at width 300.
# - The **edge of chaos** is $\chi = 1$. Away from it a network can be trained up to about $6\,\xi$ layers.
# - All this holds at the **first** step. Training moves the weights. Later lessons keep the scale under control on the way: normalisation (07), clipping (08), skip connections (09).
#
# **Next:** lesson 06, *Activations*. The other factor, $f'(z)$.
#
# **Read on**
# - X. Glorot, Y. Bengio: *Understanding the difficulty of training deep feedforward neural networks*, 2010. Where Xavier's formula comes from (`vegrad experiment glorot_statistics`).
# - K. He, X. Zhang, S. Ren, J. Sun: *Delving deep into rectifiers*, 2015. The formula for ReLU.
# - A. M. Saxe, J. L. McClelland, S. Ganguli: *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*, 2013. Orthogonal weights, and training time that does not depend on depth (`vegrad experiment saxe_linear`).
# - B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli: *Exponential expressivity in deep neural networks through transient chaos*, 2016. Order and chaos.
# - S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein: *Deep information propagation*, 2017. Depth scales and the rule of six (`vegrad experiment mean_field_slopes`).

# %%
progress()
