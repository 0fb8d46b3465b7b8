# %% [markdown]
# # 02 · Deep chains
#
# **The question of this course:** how large is the gradient after it has passed through many layers? Can you predict it before you measure it? And what changes the answer?
#
# One sigmoid passes on at most a quarter of the gradient. Now put fifty of them in a row.
#
# **When you finish you can**
# - predict the gradient of a deep chain on paper, and measure it in one sweep;
# - say what decides whether it vanishes or explodes, more exactly than "factors below 1";
# - predict the depth at which float32 runs out, and tell a true zero from an underflow;
# - read a decay rate off any list of gradient norms.
#
# **You need** [lesson 01](../01_sigmoid_derivative/01_sigmoid_derivative.ipynb), the chain rule, and logarithms. **Time:** about 60 minutes.

# %%
import numpy as np
import torch

from vegrad_course import check, constant, hint, plots, progress, reference
from vegrad_course.widgets import live

# %% [markdown]
# ## 1. The smallest deep network
#
# A deep network can be studied with **one unit per layer**. It has no matrices, and still shows the whole problem. Start with the input, $a_0 = x$. Then, for each layer $l = 1, \dots, L$:
#
# $$z_l = w_l\, a_{l-1}, \qquad a_l = f(z_l)$$
#
# First the weight, then the activation function $f$. The number $z_l$ is the **pre-activation** of layer $l$, and $a_l$ its **activation**. The number of layers $L$ is the **depth**.
#
# Note the counting: there are $L$ pre-activations but $L + 1$ activations, because $a_0 = x$ is one of them.
#
# ### Exercise 1 · `chain_forward(ws, x, f)`
#
# `ws` holds $w_1, \dots, w_L$, `x` is a number, and `f` is a function such as `np.tanh`. Return two arrays, `zs, activations`:
# - `zs` of length L;
# - `activations` of length L + 1. It starts with `x`.


# %% exercise="chain_forward"
def chain_forward(ws, x, f):
    """Pre-activations (length L) and activations (length L + 1) of a chain of single units."""
    ### BEGIN SOLUTION
    zs, activations = [], [x]
    for w in ws:
        zs.append(w * activations[-1])
        activations.append(f(zs[-1]))
    return np.array(zs), np.array(activations)
    ### END SOLUTION


# %% check="chain_forward"
check(chain_forward)

# %% [markdown]
# ## 2. The gradient is a product
#
# Nudge the input a little. How much does the output move?
#
# Take one layer first: $a_l = f(w_l\, a_{l-1})$. A nudge at $a_{l-1}$ is multiplied by $w_l$, and then by the slope of $f$ at $z_l$:
#
# $$\frac{d a_l}{d a_{l-1}} = w_l\, f'(z_l)$$
#
# The moved $a_l$ is the nudge of the next layer. It is multiplied again, and again. So after $L$ layers
#
# $$\frac{d a_L}{d a_0} = \prod_{l=1}^{L} w_l\, f'(z_l)$$
#
# That is the whole mathematics of this lesson. **One factor per layer, and a product of them.** The rest is about what products do.
#
# ### Exercise 2 · `chain_gradient(ws, zs, df)`
#
# Return $d a_L / d a_0$ as one number. `ws` and `zs` have length L, and `df` is the derivative of the activation: it takes a number or an array, and gives the slope at each entry.


# %% exercise="chain_gradient"
def chain_gradient(ws, zs, df):
    """The derivative of the last activation with respect to the input."""
    ### BEGIN SOLUTION
    return np.prod(ws * df(zs))
    ### END SOLUTION


# %% check="chain_gradient"
check(chain_gradient)

# %% [markdown]
# ### A second witness
#
# PyTorch gets the same number by another route. It records each operation of the forward pass and walks back along the record.

# %%
ws = np.random.default_rng(0).normal(0, 1.5, 20)
zs, _ = chain_forward(ws, 0.5, reference.tanh)
by_hand = chain_gradient(ws, zs, reference.tanh_grad)

x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
a = x
for w in ws:
    a = torch.tanh(w * a)
a.backward()
print("by hand:", by_hand, "  PyTorch:", x.grad.item())
assert np.isclose(by_hand, x.grad.item(), rtol=1e-10, atol=0)

# %% [markdown]
# ## 3. Predict: fifty quarters
#
# Take a sigmoid chain in which every weight is 1. Each factor is a slope of the sigmoid, so it is at most 1/4. The best that can happen is $0.25^L$.
#
# **Predict:** what is $0.25^{50}$, roughly, as a power of ten? Write your guess down. (A help: $4^5$ is about 1000.)

# %%
for L in (5, 10, 20, 50):
    print(f"best case at depth {L:2d}:  0.25^{L} = {0.25**L:.0e}")
assert 7e-31 < 0.25**50 < 9e-31

# %% [markdown]
# At depth 50, at most $8 \times 10^{-31}$ of a nudge arrives. That is the best case. To see the real one, and to see it **at every layer**, you need the gradients $d a_L / d a_l$ for all $l$.
#
# They could be computed one product at a time. That is wasteful: layer 3 needs almost the same product as layer 4. Walk back from the output instead. There the gradient is $d a_L / d a_L = 1$. Each step back adds one factor:
#
# $$\frac{d a_L}{d a_{l-1}} = \frac{d a_L}{d a_l}\; w_l\, f'(z_l)$$
#
# This reuse is the idea of **backpropagation**: all gradients for the price of one sweep.
#
# ### Exercise 3 · `gradient_per_layer(ws, zs, df)`
#
# Return an array of length L + 1. Entry `l` is $d a_L / d a_l$, so the last entry is 1 and the first is the result of exercise 2.
# - One sweep: ask `df` for each slope once, not again for every layer.
# - It must also be right when a weight is exactly 0.


# %% exercise="gradient_per_layer"
def gradient_per_layer(ws, zs, df):
    """The gradient that reaches each activation a_0 .. a_L, shape (L + 1,)."""
    ### BEGIN SOLUTION
    factors = ws * df(zs)
    gradients = np.ones(len(ws) + 1)
    for l in range(len(ws), 0, -1):
        gradients[l - 1] = factors[l - 1] * gradients[l]
    return gradients
    ### END SOLUTION


# %% check="gradient_per_layer"
check(gradient_per_layer)

# %% [markdown]
# ### Measure
#
# The next figure is the one to remember. You will meet its axes in every lesson: **how far the gradient has travelled back**, and **the logarithm of its size**. Layers are counted from the output, $k = L - l$.
#
# Look at two things. Is it a straight line? And does the depth of the network change its steepness?

# %%
fig, ax = plots.axes(
    "At every depth, each layer costs about two thirds of a decade",
    "layers travelled back from the output, k",
    "log₁₀ |gradient|",
)
totals = {}
for L, marker in ((50, "o"), (20, "s"), (10, "^"), (5, "D")):
    zs, _ = chain_forward(np.ones(L), 0.5, reference.sigmoid)
    decades = np.log10(gradient_per_layer(np.ones(L), zs, reference.sigmoid_grad))
    totals[L] = decades[0]
    ax.plot(np.arange(L + 1), decades[::-1], "-" + marker, markevery=[-1], label=f"depth {L}")
ax.plot([0, 50], [0, 50 * np.log10(0.25)], ":", color="gray", label="best case, 0.25 per layer")
ax.legend()
print({L: f"10^{total:.1f}" for L, total in totals.items()})
assert [round(totals[L], 1) for L in (5, 10, 20, 50)] == [-3.2, -6.5, -12.9, -32.4]
plots.show(
    fig,
    alt="Gradients of sigmoid chains of depth 5, 10, 20 and 50. All fall along one straight line, "
    "a little steeper than the best case. At depth 50 it ends near minus 32.",
)

# %% [markdown]
# It is a straight line: an **exponential decay**. At depth 50 the gradient is $10^{-32.4}$. The prediction of $10^{-30}$ was nearly right, and a little too kind.
#
# ### Explain the difference
#
# A quarter is the slope at $z = 0$. Where are the units of this chain?

# %%
zs, _ = chain_forward(np.ones(50), 0.5, reference.sigmoid)
slope = reference.sigmoid_grad(zs[-1])
print("pre-activations:", zs[:4].round(3), "...", zs[-1].round(3))
print(f"slope there: {slope:.4f}, which is {np.log10(slope):.3f} decades per layer")
assert np.isclose(zs[-1], 0.659, atol=5e-4) and np.isclose(slope, 0.2247, atol=5e-5)
assert np.isclose(np.log10(slope), -0.648, atol=5e-4)

# %% [markdown]
# The values settle at $z = 0.659$, after a few layers only. There the slope is 0.2247, not 0.25. So each layer costs 0.648 decades, and fifty cost 32.4. Now prediction and measurement agree.
#
# ### Move it: one layer that is different
#
# In the next figure one layer of the chain has another weight than the rest. The bars below are the factors, layer by layer. **Predict before you move:** one sigmoid layer gets the weight 10 instead of 1. Do the layers *before* it receive a larger gradient, or a smaller one? And the layers *after* it? Then try 0, and move the odd layer.

# %%
live("chain_layers")

# %%
odd = live("chain_layers", odd=10.0).compute()
print(f"before the odd layer: {odd['fate_before']};  after it: {odd['fate_after']}")
assert (odd["fate_before"], odd["fate_after"]) == ("−1.3 decades", "−0.1 decades")
assert live("chain_layers", odd=0.0).compute()["fate_before"] == "exactly 0"

# %% [markdown]
# Smaller: the large weight pushes the unit into saturation, and its slope falls by more than the weight gained. Every layer *before* it pays, since every one of their gradients passes through this factor. The layers after it hardly notice. A weight of 0 closes the door for all of them.
#
# What does this mean for learning? The update of a weight is proportional to the gradient that reaches it. The last layers learn, and the first ones stand still.
#
# ## 4. What decides: below 1, or above 1?
#
# You will often read: *if the factors are consistently below 1, the gradient vanishes; if they are consistently above 1, it explodes.* That is true. But factors are rarely consistent. What if some are below 1 and some above?
#
# **Predict.** In a chain without activation ($f(z) = z$, slope 1) the weights alternate: 0.5, 1.6, 0.5, 1.6, … Their mean is 1.05. After 100 layers, has the gradient grown or shrunk?

# %%
ws = np.tile([0.5, 1.6], 50)
print(f"mean factor:          {ws.mean():.2f}")
print(f"gradient:             {np.prod(ws):.1e}")
print(f"mean log10 of factor: {np.log10(ws).mean():.4f}")
assert np.isclose(ws.mean(), 1.05) and 1e-5 < np.prod(ws) < 2e-5
assert np.isclose(np.log10(ws).mean(), -0.0485, atol=5e-5)

# %% [markdown]
# It has shrunk, to about $10^{-5}$. Two layers together multiply by $0.5 \cdot 1.6 = 0.8$, and 0.8 is below 1.
#
# A product is governed by the mean of the **logarithms**, not by the mean of the factors:
#
# $$\log_{10}\left|\frac{d a_L}{d a_0}\right| = \sum_{l=1}^{L} \log_{10} \left|w_l\, f'(z_l)\right| = L \cdot \text{rate}$$
#
# The **rate** is the mean of $\log_{10} |w\,f'(z)|$, in decades per layer. A negative rate means *vanishing*, a positive one *exploding*. So the exact form of the statement is: **it is the typical size of a factor, taken as the mean of its logarithm, that decides.**
#
# ### Exercise 4 · `fit_decay_rate(norms)`
#
# In a real network you cannot read the factors. You measure the size of the gradient, its **norm**, at each layer, and fit a line. `norms[l-1]` is the norm at layer $l = 1, \dots, L$.
# - Leave out the last entry. It is the output layer, and the step across it has a factor of its own.
# - Return the slope of the best straight line of $\log_{10}$(norm) against the layers travelled **back** from the output. Negative means vanishing.
# - `np.polyfit(x, y, 1)` fits a line and returns its slope first.


# %% exercise="fit_decay_rate"
def fit_decay_rate(norms):
    """Decades per layer travelled back from the output, without the output layer."""
    ### BEGIN SOLUTION
    logs = np.log10(norms[:-1])
    return -np.polyfit(np.arange(len(logs)), logs, 1)[0]
    ### END SOLUTION


# %% check="fit_decay_rate"
check(fit_decay_rate)

# %% [markdown]
# ### Why leave the output layer out?
#
# Here is a sigmoid chain of 20 layers with weights 1, but its last layer has weight 20: a confident output. **Predict** the fitted rate from section 3. Then see what the output layer would do to the fit.

# %%
ws = np.append(np.ones(19), 20.0)
zs, _ = chain_forward(ws, 0.5, reference.sigmoid)
norms = np.abs(gradient_per_layer(ws, zs, reference.sigmoid_grad))[1:]

rate = fit_decay_rate(norms)
with_output = -np.polyfit(np.arange(20), np.log10(norms), 1)[0]
print(f"hidden layers only: {rate:.3f}    with the output layer: {with_output:.3f}")
print(f"the step across the output layer: {np.log10(norms[-2]):.1f} decades")
assert round(rate, 3) == -0.648 and round(with_output, 3) == -0.702
assert round(np.log10(norms[-2]), 1) == -4.4

# %% [markdown]
# The hidden layers give −0.648 again, as predicted. The output unit is saturated, and crossing it costs 4.4 decades at once. That is one event, not a rate, and it would bend the line to −0.702.
#
# ## 5. The floor of float32
#
# On paper, $10^{-32}$ is a number like any other. In a computer numbers end. Networks are usually trained in **float32**, which has three zones:
#
# | zone | sizes | precision |
# |:--|:--|:--|
# | **normal** | down to $2^{-126}$ | full: about 7 digits |
# | **subnormal** | down to $2^{-149}$ | digits are lost, one bit at each halving |
# | **zero** | below | nothing is left |
#
# A result between two float32 numbers is rounded to the nearer one. A result exactly in the middle between 0 and $2^{-149}$ goes to 0.
#
# **Predict, before you measure.** Start with 1 and multiply by 0.25, once per layer. (How many powers of two does one quarter cost?)
#
# When you have written both numbers down, test them in the figure. Choose `relu` and the weight 0.25: ReLU has slope 1 for positive numbers, so every factor is exactly one quarter. Watch where the points meet the two dashed lines, and read the title.

# %%
live("scalar_chain")

# %% [markdown]
# Now give the two depths, for the factor that the next cell prints. (It is 0.25, unless your course gives each student a number of their own.)

# %%
my_factor = constant("last_normal_depth", "factor")
print("my_factor =", my_factor)

# %% [markdown]
# ### Exercise 5 · `last_normal_depth`
#
# The largest $L$ at which `my_factor` to the power $L$ is still a **normal** float32: replace the dots with it, and delete the line `raise NotImplementedError()`. (The same holds wherever a number or a word is asked for.)

# %% exercise="last_normal_depth"
last_normal_depth = ...
### BEGIN SOLUTION
last_normal_depth = np.floor(-126 / np.log2(my_factor))
### END SOLUTION

# %% check="last_normal_depth"
check(last_normal_depth=last_normal_depth)

# %% [markdown]
# ### Exercise 6 · `first_zero_depth`
#
# The smallest $L$ at which the product has become exactly **0** in float32. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="first_zero_depth"
first_zero_depth = ...
### BEGIN SOLUTION
first_zero_depth = np.floor(-149 / np.log2(my_factor)) + 1
### END SOLUTION

# %% check="first_zero_depth"
check(first_zero_depth=first_zero_depth)

# %% [markdown]
# ### Measure
#
# Here are the quarters. Look at the points: where do they leave the line, and is there a warning before?

# %%
quarters = np.cumprod(np.full(90, 0.25, dtype=np.float32))
k = np.arange(1, 91)
normal, alive = k[quarters >= np.finfo(np.float32).tiny], k[quarters > 0]
print("last normal depth:", normal[-1], "   first zero depth:", alive[-1] + 1)
assert 2 * normal[-1] == 126 and 2 * alive[-1] == 149 - 1

fig, ax = plots.axes(
    "float32 follows the line to the very end, then drops to 0",
    "layers travelled back from the output, k",
    "log₁₀ |gradient|",
)
ax.plot(k, k * np.log10(0.25), label="on paper: 0.25 per layer")
ax.plot(alive, np.log10(quarters[alive - 1]), "o", markersize=4, label="in float32")
ax.axvspan(normal[-1] + 0.5, alive[-1] + 0.5, alpha=0.2, color="tab:orange", label="subnormal")
ax.axvspan(alive[-1] + 0.5, 90, alpha=0.2, color="gray", hatch="//", label="exactly 0")
ax.legend(loc="lower left")
plots.show(
    fig,
    alt="Powers of one quarter in float32 lie on a straight line through the normal and the "
    "subnormal zone. Then there are no more points: the value is 0.",
)

# %% [markdown]
# There is no warning. A power of two keeps its one digit even in the subnormal zone. Other numbers do not. Here is the sigmoid chain of section 3, whose factor is 0.2247: how wrong is the float32 product, before it is 0?

# %%
factor = reference.sigmoid_grad(0.6590460684)
products = np.cumprod(np.full(72, factor, dtype=np.float32)).astype(np.float64)
for k in (55, 66, 68, 69, 70):
    error = products[k - 1] / factor**k - 1
    print(f"k = {k}: float32 says {products[k - 1]:.1e}, off by {error:+.2%}")
assert abs(products[54] / factor**55 - 1) < 1e-5
assert round(products[68] / factor**69 - 1, 2) == -0.23 and products[69] == 0

# %% [markdown]
# At $k = 55$ the product is accurate. At $k = 69$ it is off by 23%, and one layer later it is gone. A gradient can lose its digits before it loses its life.
#
# ## 6. Work with logarithms
#
# The product is lost, but its logarithm is a harmless number such as −45. So never form the product. The formula of section 4 says how: **add the logarithms**.
#
# ### Exercise 7 · `log10_gradient(ws, zs, df)`
#
# Return $\log_{10} |d a_L / d a_0|$.
# - It is finite wherever the gradient is not zero, even after 2000 layers.
# - For a gradient that is truly 0 it is `-inf`. numpy may warn then.


# %% exercise="log10_gradient"
def log10_gradient(ws, zs, df):
    """log10 of the size of the gradient; -inf where it is truly 0."""
    ### BEGIN SOLUTION
    return np.sum(np.log10(np.abs(ws * df(zs))))
    ### END SOLUTION


# %% check="log10_gradient"
check(log10_gradient)

# %% [markdown]
# ### A gradient of 0.0
#
# Here are 200 sigmoid layers with weights 1, in float32. PyTorch reports the gradient:

# %%
x = torch.tensor(0.5, requires_grad=True)
a = x
for _ in range(200):
    a = torch.sigmoid(a)
a.backward()
print(x.dtype, "gradient:", x.grad.item())
assert x.grad.item() == 0.0

# %% [markdown]
# ### Exercise 8 · `zero_or_underflow`
#
# Is this gradient really zero, or is it a number that float32 cannot hold? Replace the dots with `"zero"` or `"underflow"`, in quotes, and delete the line `raise NotImplementedError()`.

# %% exercise="zero_or_underflow"
zero_or_underflow = ...
### BEGIN SOLUTION
zero_or_underflow = "underflow"
### END SOLUTION

# %% check="zero_or_underflow"
check(zero_or_underflow=zero_or_underflow)

# %% [markdown]
# Now let your function decide. It sees two chains: the one above, and the same one with a single weight set to 0.

# %%
ws = np.ones(200)
blocked = ws.copy()
blocked[100] = 0.0
logs = []
for weights in (ws, blocked):
    zs, _ = chain_forward(weights, 0.5, reference.sigmoid)
    with np.errstate(divide="ignore"):
        logs.append(log10_gradient(weights, zs, reference.sigmoid_grad))
print(f"weights 1: {logs[0]:.1f}     one weight 0: {logs[1]}")
assert round(logs[0], 1) == -129.7 and logs[1] == -np.inf

# %% [markdown]
# In float32 both gradients read 0.0. The logarithms tell them apart, and the remedy differs. A number that is too small can be brought back by better weights or another activation: that is what most of this course is about. A true zero is a closed door. (You will meet it again in lesson 06, where ReLU units die.)
#
# ## 7. Can larger weights save it?
#
# Each factor is $w\,f'(z)$. If the slope is too small, make the weight larger!
#
# ### Exercise 9 · `neutral_weight`
#
# Suppose that every pre-activation of a sigmoid chain stays at $z = 0$. Which positive weight makes each factor exactly 1, so that the gradient neither shrinks nor grows? Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="neutral_weight"
neutral_weight = ...
### BEGIN SOLUTION
neutral_weight = 4.0
### END SOLUTION

# %% check="neutral_weight"
check(neutral_weight=neutral_weight)

# %% [markdown]
# ### Measure it in a real forward pass
#
# "Suppose that $z$ stays at 0" was a large assumption. **Predict:** in a real sigmoid chain of 100 layers, do weights above the neutral one make the gradient explode?

# %%
L, weights = 100, np.linspace(0.25, 12, 471)
at_zero = np.log10(weights * reference.sigmoid_grad(0.0))
rates = []
for w in weights:
    zs, _ = chain_forward(np.full(L, w), 0.5, reference.sigmoid)
    rates.append(log10_gradient(np.full(L, w), zs, reference.sigmoid_grad) / L)

fig, ax = plots.axes(
    "In a real sigmoid chain no positive weight keeps the gradient alive",
    "weight w of every layer",
    "rate, decades per layer",
)
ax.plot(weights, at_zero, "--", label="if z stayed at 0")
ax.plot(weights, rates, "-", label="measured, 100 layers")
ax.axhline(0, color="gray", linewidth=1)
ax.annotate("explodes", (11.9, 0.1), ha="right")
ax.annotate("vanishes", (11.9, -0.35), ha="right")
ax.legend(loc="lower left")
best = int(np.argmax(rates))
print(f"best weight {weights[best]:.2f}: rate {rates[best]:.2f}, factor {10 ** rates[best]:.2f}")
assert max(rates) < -0.5 and round(rates[best], 2) == -0.55 and 1.6 < weights[best] < 1.7
assert rates[-1] < -3.5 and at_zero[-1] > 0
plots.show(
    fig,
    alt="Decay rate against weight. If z stayed at 0 the rate would rise through 0. The measured "
    "rate peaks at minus 0.55 near weight 1.65 and then falls below minus 3.5.",
)

# %% [markdown]
# They do the opposite. The weight acts twice. It multiplies the gradient, but it also multiplies $z$: it pushes the units away from 0, into **saturation**, where the slope dies out exponentially. The slope wins. No positive weight does better than −0.55 decades per layer, a factor of 0.28.
#
# There is a deeper reason. The values of this chain settle down, and forget the input on the way. The gradient measures how much of the input is remembered. **A chain that forgets its input has a vanishing gradient.**
#
# ### So when does it explode?
#
# When the units stay where the slope is large. tanh does this at 0, where its slope is 1. Start very close to 0, with $x = 10^{-6}$. While the values are small, each layer multiplies them, and the gradient, by $w$.
#
# **Predict** for $w = 1.5$: after how many layers have the values grown from $10^{-6}$ to the size of 1? Then look for this depth in the figure.

# %%
print(f"predicted: {np.log(1e6) / np.log(1.5):.1f} layers")

depths = np.arange(1, 61)
fig, ax = plots.axes(
    "tanh: the gradient explodes until saturation catches it", "depth L", "log₁₀ |gradient|"
)
curves = {}
for w, style in ((0.8, ":"), (1.0, "-."), (1.5, "-"), (3.0, "--")):
    ws = np.full(60, w)
    zs, _ = chain_forward(ws, 1e-6, reference.tanh)
    curves[w] = np.array([log10_gradient(ws[:L], zs[:L], reference.tanh_grad) for L in depths])
    ax.plot(depths, curves[w], style, label=f"w = {w}")
ax.set_ylim(-12, 8)
ax.legend(loc="lower left", ncols=2)
peak = curves[1.5].argmax()
print(f"measured: the gradient peaks at depth {depths[peak]}, at 10^{curves[1.5][peak]:.1f}")
assert depths[peak] == 33 and round(curves[1.5][peak], 1) == 5.5 and curves[1.5][-1] < -4
assert curves[0.8][-1] < -5 and abs(curves[1.0][-1]) < 1e-6
plots.show(
    fig,
    alt="Gradient of tanh chains against depth. Weight 0.8 falls steadily, weight 1 stays at 0, "
    "weight 1.5 climbs to 5.5 at depth 33 and then falls, weight 3 climbs and falls sooner.",
)

# %% [markdown]
# The prediction says 34 layers, and the peak comes at 33. Until then the gradient grows to $10^{5.5}$. Then the units saturate, the factors fall below 1, and the same chain vanishes. The rate is a property of **where the units are**, not of the weight alone.
#
# Only $w = 1$ keeps the gradient at this depth, and it needs tiny inputs to do so.
#
# ### Nothing catches ReLU
#
# ReLU passes positive numbers unchanged: $f(z) = z$, with slope 1, however large $z$ is. It never saturates on that side. **Predict** with $w = 1.5$: after how many layers does the gradient leave float32, whose largest number is about $3.4 \times 10^{38}$?

# %%
predicted = np.log10(float(np.finfo(np.float32).max)) / np.log10(1.5)
with np.errstate(over="ignore"):
    growing = np.cumprod(np.full(300, 1.5, dtype=np.float32))
measured = 1 + np.isfinite(growing).sum()
print(f"predicted: after {predicted:.1f} layers     measured: inf at layer {measured}")
assert measured == np.ceil(predicted) == 219

# %% [markdown]
# At layer 219 the gradient is `inf`. An exploding gradient is just as exponential as a vanishing one, and it ends in `inf` and NaN.
#
# ## What you now know
#
# - The gradient of a chain is a **product**: one factor $w\,f'(z)$ for each layer. One sweep back gives it at all layers.
# - Its logarithm changes by a **rate**, the mean of $\log_{10} |w\,f'(z)|$. For sigmoid layers with weights 1 it is −0.648 decades per layer.
# - "Factors below 1" is not enough: factors with a mean of 1.05 made a gradient vanish.
# - A gradient of 0.0 in float32 may be a number that was too small. Logarithms tell.
# - A larger weight also moves the units. In a sigmoid chain this soon makes things worse. In a tanh chain the gradient explodes first, and vanishes later. In a ReLU chain nothing stops it.
#
# **Next:** [03 · From scalars to matrices](../03_jacobians/03_jacobians.ipynb). A real layer is wide, and its factor is a matrix. What is the "size" of a matrix?
#
# **Read on**
# - S. Hochreiter: *Untersuchungen zu dynamischen neuronalen Netzen*, diploma thesis, 1991. The first analysis of the vanishing gradient (in German).
# - Y. Bengio, P. Simard, P. Frasconi: *Learning long-term dependencies with gradient descent is difficult*, 1994. Why a system that keeps information safely has gradients that vanish.
# - D. Goldberg: *What every computer scientist should know about floating-point arithmetic*, 1991. Subnormal numbers, and why they exist.

# %%
progress()
