# %% [markdown]
# # 11 · Gated networks
#
# **The question of this course:** how large is the gradient after it has passed through many steps? Can you predict it before you measure it? And what changes the answer?
#
# In lesson 10 the state of a recurrent network went through the same matrix and the same tanh at every step. Its gradient was a product of matrices, and hardly any matrix keeps a product alive for a hundred steps. This lesson changes the network itself. It gives the state a road with **no matrix and no tanh on it**, only a gate. Such networks, the LSTM and the GRU, are the specialised architectures that made long memories trainable.
#
# **When you finish you can**
# - write one step of an LSTM and of a GRU, and match PyTorch to the last digit;
# - predict the gradient that a cell carries over T steps from its forget gates alone;
# - choose the forget bias for a given memory, and set it in PyTorch without the usual slip;
# - say what gates cannot do, and judge a race of architectures by more than one run.
#
# **You need** lesson 10. **Time:** about 75 minutes.

# %%
import numpy as np
import torch

from vegrad_course import check, hint, plots, progress
from vegrad_course.datasets import adding_problem
from vegrad_course.widgets import live

torch.set_num_threads(1)

# %% [markdown]
# ## 1. A state that is carried, not recomputed
#
# A plain network recomputes its state: $h_t = \tanh(W h_{t-1} + \dots)$. Whatever it wants to remember must survive this treatment at every step.
#
# The **LSTM** (long short-term memory) keeps a second state, the **cell** $c$, and treats it gently:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t$$
#
# Read it as a sentence. *Keep the share $f$ of the old content, and add the share $i$ of some new content $g$.* ($\odot$ multiplies entry by entry.) What the rest of the network sees is only what the cell shows:
#
# $$h_t = o_t \odot \tanh(c_t)$$
#
# The three **gates** are shares between 0 and 1, so each is a sigmoid: the input gate $i$, the **forget gate** $f$, the output gate $o$. (The name misleads: $f = 1$ keeps, $f = 0$ forgets.) The **candidate** $g$ is content, and may be negative: it is a tanh. All four look at the input and at the last $h$:
#
# $$\begin{pmatrix} i \\ f \\ g \\ o \end{pmatrix} = \begin{pmatrix} \sigma \\ \sigma \\ \tanh \\ \sigma \end{pmatrix} \bigl(W_{ih}\,x_t + b_{ih} + W_{hh}\,h_{t-1} + b_{hh}\bigr)$$
#
# PyTorch stacks the four blocks in exactly this order, **i, f, g, o**, and keeps **two** biases.
#
# ### Exercise 1 · `lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh)`
#
# One step, for H cells and n inputs. `x` has shape (n,), `h` and `c` have shape (H,). `W_ih` is (4H, n), `W_hh` is (4H, H), and both biases are (4H,): the first H rows belong to i, the next H to f, then g, then o. Return two arrays, **`h, c`**: the new ones, each of shape (H,).
#
# The cell gives you `sigmoid(z)`; `np.split(z, 4)` cuts a vector into four equal parts.


# %% exercise="lstm_step"
def sigmoid(z):
    """1 / (1 + e^-z), in a form that cannot overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    """The next h and c of an LSTM, each of shape (H,)."""
    ### BEGIN SOLUTION
    i, f, g, o = np.split(W_ih @ x + b_ih + W_hh @ h + b_hh, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c
    ### END SOLUTION


# %% check="lstm_step"
check(lstm_step)

# %% [markdown]
# ### A second witness
#
# PyTorch's own LSTM reads a sequence of 50 steps. You read it with your step, one after the other.


# %%
def arrays(module):
    """The weights of a torch recurrent module, in the order W_ih, W_hh, b_ih, b_hh."""
    return [parameter.detach().numpy() for parameter in module.parameters()]


torch.manual_seed(0)
lstm = torch.nn.LSTM(input_size=3, hidden_size=5).double()
xs = np.random.default_rng(0).normal(size=(50, 3))

h = c = np.zeros(5)
for x in xs:
    h, c = lstm_step(x, h, c, *arrays(lstm))
with torch.no_grad():
    _, (h_torch, c_torch) = lstm(torch.tensor(xs))
print("largest difference in h:", np.abs(h - h_torch[0].numpy()).max())
print("largest difference in c:", np.abs(c - c_torch[0].numpy()).max())
assert np.allclose(h, h_torch[0], rtol=1e-10) and np.allclose(c, c_torch[0], rtol=1e-10)

# %% [markdown]
# ## 2. What travels back along the cell
#
# Nudge $c_{t-1}$ a little. How much does $c_t$ move? Hold the gates fixed for a moment, and read the formula of the cell again:
#
# $$\frac{\partial c_t}{\partial c_{t-1}} = f_t \qquad\Longrightarrow\qquad \frac{\partial c_T}{\partial c_0} = \prod_{t=1}^{T} f_t$$
#
# Compare this with lesson 10. No matrix. No slope of a tanh. No cell touches another. It is the scalar chain of lesson 02 again, with one difference: **the network chooses the factors itself**, at every step, and each factor can be as near to 1 as it likes.
#
# ### Exercise 2 · `cell_gradient(fs)`
#
# `fs` has shape (T, H): row $t-1$ holds the forget gates of step $t$, already between 0 and 1. Return $\partial c_T / \partial c_0$ for each cell, an array of shape (H,).


# %% exercise="cell_gradient"
def cell_gradient(fs):
    """The gradient that each cell carries over all T steps, shape (H,), gates held fixed."""
    ### BEGIN SOLUTION
    return np.prod(fs, axis=0)
    ### END SOLUTION


# %% check="cell_gradient"
check(cell_gradient)

# %% [markdown]
# "Gates held fixed" leaves something out: $c$ also shows itself in $h$, and $h$ moves the gates of the next step. These side roads pass through $W_{hh}$. Is the main road most of the truth? Ask autograd, with the LSTM of above and up to 40 steps.

# %%
W_ih, W_hh, b_ih, b_hh = (torch.tensor(part) for part in arrays(lstm))


def gates_and_gradient(steps, W_hh):
    """Forget gates (steps, 5), and the true gradient of the sum of c_T by c_0, shape (5,)."""
    c_0 = torch.zeros(5, dtype=torch.float64, requires_grad=True)
    h, c, fs = torch.zeros(5, dtype=torch.float64), c_0, []
    for x in torch.tensor(xs[:steps]):
        i, f, g, o = (W_ih @ x + b_ih + W_hh @ h + b_hh).chunk(4)
        fs.append(f.sigmoid())
        c = fs[-1] * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
    (gradient,) = torch.autograd.grad(c.sum(), c_0)
    return torch.stack(fs).detach().numpy(), gradient.numpy()


fs, truth = gates_and_gradient(20, 0 * W_hh)
assert np.allclose(cell_gradient(fs), truth, rtol=1e-10), "no side roads: the gates are all"

for steps in (5, 10, 20, 40):
    fs, truth = gates_and_gradient(steps, W_hh)
    on_paper, measured = np.linalg.norm(cell_gradient(fs)), np.linalg.norm(truth)
    print(f"{steps:2d} steps: product of gates {on_paper:.1e}   autograd {measured:.1e}")
    assert abs(np.log10(measured / on_paper)) < (0.3 if steps <= 20 else 2)

# %% [markdown]
# Without side roads the product of the gates is the whole truth: the first assertion. With them it stays within a factor of two over 20 steps, and within two decades over 40. So the main road gives the right picture, and it is the one that you can steer.
#
# ### Exactly
#
# With $f = 1$ and $i = 0$ the cell does not change at all, and neither does its gradient: it is **carried exactly**, through any number of steps. No plain network can promise that.
#
# **Predict:** a gate is $\sigma(\text{bias})$, and a sigmoid never reaches 1. How large must a bias be, so that a thousand steps change the content by less than $10^{-6}$? (How far may $f$ be from 1?)
#
# ### Exercise 3 · `carrying_biases`
#
# In this cell no gate listens to anything, so the biases decide. The candidate $g$ listens to a busy input. Give an array of four biases, in torch's order **i, f, g, o**, such that after 1000 steps the content of the cell has changed by less than $10^{-6}$, and $h$ shows $\tanh(c)$ of it, to two digits. Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="carrying_biases"
carrying_biases = ...
### BEGIN SOLUTION
carrying_biases = np.array([-30.0, 30.0, 0.0, 30.0])
### END SOLUTION

# %% check="carrying_biases"
check(carrying_biases=carrying_biases)

# %% [markdown]
# ## 3. Predict: a hundred steps
#
# A fresh LSTM has small weights, so its forget gates stand near $\sigma(b)$, where $b$ is the forget bias. That bias decides **before any learning** how far a gradient can travel. In PyTorch it starts near 0.
#
# **Predict** $\sigma(0)^{100}$, as a power of ten. You know this number: it was in lesson 02, fifty quarters.
#
# A common advice is a forget bias of 1. Predict that one as well:
#
# ### Exercise 4 · `log10_kept_at_bias_1`
#
# $\log_{10}$ of $\sigma(1)^{100}$: by how many decades does the gradient change over 100 steps when the forget bias is 1? (Negative means that it shrinks.) Give one decimal. Replace the dots with a number (or a formula), and delete the line `raise NotImplementedError()`.

# %% exercise="log10_kept_at_bias_1"
log10_kept_at_bias_1 = ...
### BEGIN SOLUTION
log10_kept_at_bias_1 = 100 * np.log10(sigmoid(1.0))
### END SOLUTION

# %% check="log10_kept_at_bias_1"
check(log10_kept_at_bias_1=log10_kept_at_bias_1)

# %% [markdown]
# ### Measure
#
# The lines of the next figure are the prediction, $k \log_{10} \sigma(b)$. The dots are measured with autograd in a real LSTM with 8 cells and small weights, which reads noise. Look at how far the dots leave the lines.


# %%
def carried(bias, steps=100, cells=8, size=0.01):
    """log10 of the gradient norm at c_{T-k}, for k = 0..T, in an LSTM with small weights."""
    generator = torch.Generator().manual_seed(1)
    normal = {"generator": generator, "dtype": torch.float64}
    W_x, W_h = (size * torch.randn(4 * cells, n, **normal) for n in (2, cells))
    noise = torch.randn(steps, 2, **normal)
    cs = [torch.zeros(cells, dtype=torch.float64, requires_grad=True)]
    h = torch.zeros(cells, dtype=torch.float64)
    for x in noise:
        i, f, g, o = (W_x @ x + W_h @ h).chunk(4)
        cs.append(torch.sigmoid(f + bias) * cs[-1] + i.sigmoid() * g.tanh())
        h = o.sigmoid() * cs[-1].tanh()
    gradients = torch.autograd.grad(cs[-1].sum(), cs)[::-1]
    return np.array([np.log10(float(gradient.norm()) / cells**0.5) for gradient in gradients])


k = np.arange(101)
fig, ax = plots.axes(
    "The forget bias decides how far the gradient travels",
    "steps travelled back from the end, k",
    "log₁₀ of the gradient norm",
)
for bias, marker in ((5, "o"), (3, "s"), (1, "^"), (0, "D")):
    measured = carried(bias)
    (line,) = ax.plot(k, k * np.log10(sigmoid(bias)), linewidth=1)
    ax.plot(k[::10], measured[::10], marker, color=line.get_color(), label=f"b = {bias}")
    print(f"b = {bias}: predicted {sigmoid(bias) ** 100:.1e}, measured {10 ** measured[-1]:.1e}")
    assert abs(measured[-1] - 100 * np.log10(sigmoid(bias))) < 1
assert np.isclose(sigmoid(0) ** 100, 7.9e-31, rtol=0.01)
assert np.isclose(sigmoid(5) ** 100, 0.51, rtol=0.01)
ax.legend(title="forget bias")
plots.show(
    fig,
    alt="Gradient carried back over 100 steps. With forget bias 0 it falls in a straight line to "
    "minus 30, with 1 to minus 14, with 3 to about minus 2; with 5 it stays near 0.",
)

# %% [markdown]
# On paper: $8 \times 10^{-31}$ with bias 0, ten to the power of your exercise 4 with bias 1, and 0.51 with bias 5. The dots follow within one decade. So an LSTM is **not** safe by construction. With the bias at 0 it vanishes as fast as a chain of factors one half. What the LSTM offers is a knob.
#
# ### Turn the question round
#
# You know how long your memory must be. Which bias keeps **half** of the gradient over $T$ steps?
#
# $$\sigma(b)^T = \tfrac12$$
#
# ### Exercise 5 · `forget_bias(T)`
#
# Return this $b$, as one number, for any number of steps `T` from 1.


# %% exercise="forget_bias"
def forget_bias(T):
    """The forget bias with which half of the gradient is left after T steps."""
    ### BEGIN SOLUTION
    f = 0.5 ** (1 / T)
    return np.log(f / (1 - f))
    ### END SOLUTION


# %% check="forget_bias"
check(forget_bias)

# %%
for T in (10, 100, 1000, 10_000):
    b = forget_bias(T)
    print(f"T = {T:6d}: bias {b:5.2f}, which keeps {sigmoid(b) ** T:.3f}")
    assert np.isclose(sigmoid(b) ** T, 0.5, rtol=1e-9)
assert 4.9 < forget_bias(100) < 5.05
assert np.isclose(forget_bias(10_000) - forget_bias(1000), np.log(10), atol=0.01)

# %% [markdown]
# A hundred steps need a bias of about 5. And a memory ten times as long costs only $\ln 10 \approx 2.3$ more. That is why a sigmoid makes a good gate: the bias moves evenly while the memory grows by factors.
#
# ### Set it in PyTorch
#
# PyTorch has no setting for the forget bias. You must write it into the two bias vectors, and here is the usual slip: people write 1 into both, and get 2.
#
# ### Exercise 6 · `set_forget_bias(b_ih, b_hh, b)`
#
# Both inputs have shape (4H,), in the order i, f, g, o. Return two arrays, **`b_ih, b_hh`**, with which every forget gate has the bias `b` in all, and the other gates keep theirs. Do not change the inputs: work on copies.


# %% exercise="set_forget_bias"
def set_forget_bias(b_ih, b_hh, b):
    """New b_ih and b_hh, each (4H,): the forget gates have bias b in all, the rest is kept."""
    ### BEGIN SOLUTION
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H] = b
    b_hh[H : 2 * H] = 0.0
    return b_ih, b_hh
    ### END SOLUTION


# %% check="set_forget_bias"
check(set_forget_bias)

# %% [markdown]
# Does it work in the real module? Measure the gradient that reaches the first cell of a `torch.nn.LSTM` after 100 steps, fresh from the shop, and with the bias for a memory of 100.


# %%
def first_cell_gradient(module, steps=100):
    """Size of the gradient of the sum of c_T with respect to c_0, per cell."""
    cells = module.hidden_size
    c_0 = torch.zeros(1, cells, dtype=torch.float64, requires_grad=True)
    noise = torch.tensor(np.random.default_rng(2).normal(size=(steps, module.input_size)))
    _, (_, c) = module(noise, (torch.zeros_like(c_0), c_0))
    (gradient,) = torch.autograd.grad(c.sum(), c_0)
    return float(gradient.norm()) / cells**0.5


torch.manual_seed(3)
module = torch.nn.LSTM(input_size=2, hidden_size=32).double()
_, _, b_ih, b_hh = arrays(module)
new_b_ih, new_b_hh = set_forget_bias(b_ih, b_hh, forget_bias(100))
before = first_cell_gradient(module)
with torch.no_grad():
    module.bias_ih_l0.copy_(torch.tensor(new_b_ih))
    module.bias_hh_l0.copy_(torch.tensor(new_b_hh))
after = first_cell_gradient(module)
print(f"as it comes: {before:.0e}     with forget bias {forget_bias(100):.2f}: {after:.2f}")
assert before < 1e-18 and np.isclose(after, 28.6, atol=0.1)

# %% [markdown]
# From nothing to a gradient that is well alive, by changing one quarter of a bias vector. It is 28.6, and the formula promised one half: 57 times as much. The formula knows the cell's own road only. Here 32 cells feed each other through $W_{hh}$, and these side roads bring far more than the road itself.
#
# ## 4. Gates that listen
#
# So far the gates hardly moved. In a trained network they listen: they close and open as the input tells them. The next figure shows an LSTM with 8 cells that reads noise. The first panel is the gradient on the axes that you know. The second shows what the gates did at each step, and how far the lowest of the eight forget gates fell.
#
# **Predict before you move:** the third slider lets the gates listen more strongly, so the forget gates scatter more widely. Is that good or bad for the *product of gates* (the solid line)? And what happens to the tanh network without gates, when you move the forget bias?

# %%
live("lstm_gates")

# %%
for strength, due in ((0.0, (-2.1, -2.1)), (1.0, (-3.0, -1.1)), (2.0, (-5.1, -5.8))):
    scene = live("lstm_gates", bias=3.0, strength=strength, steps=100).compute()
    gates, everything = scene["alone"][-1], scene["measured"][-1]
    print(f"strength {strength:.0f}: gates alone {gates:+.1f} decades, measured {everything:+.1f}")
    assert (round(gates, 1), round(everything, 1)) == due
assert np.isclose(100 * np.log10(sigmoid(3.0)), -2.1, atol=0.05)

# %% [markdown]
# With bias 3 and gates that do not listen, a hundred steps cost 2.1 decades, as the formula says. The more the gates listen, the more their product loses: 3.0 decades, then 5.1. A gate that swings loses more in its closed moments than it can win back in its open ones, for it can never be above 1. (It is the mean of the logarithms again.)
#
# The measured line takes the side roads as well. At strength 1 they *help* by almost two decades, at strength 2 they do harm. The network without gates has no forget bias, so that slider does nothing to it.
#
# ### Exercise 7 · `bias_on_the_slider`
#
# Set **150 steps**, with strength **1**. What is the smallest forget bias on the slider at which the title says *it arrives*? Replace the dots, and delete the line `raise NotImplementedError()`.

# %% exercise="bias_on_the_slider"
bias_on_the_slider = ...
### BEGIN SOLUTION
bias_on_the_slider = 4.75
### END SOLUTION

# %% check="bias_on_the_slider"
check(bias_on_the_slider=bias_on_the_slider)

# %% [markdown]
# ### Why not keep everything, always?
#
# Set $f = 1$ for good and the gradient never vanishes along the cell. The LSTM was born that way, in 1997, and its inventors called this road the *constant error carousel*. The forget gate came three years later. Why was it needed?
#
# **Predict:** a cell with $f = 1$ takes in a little at every step, $i\,g = 0.1$ on average. What does it hold after 200 steps? What is then the slope of the $\tanh$ through which $h$ shows it?

# %%
t = np.arange(1, 201)
fig, ax = plots.axes(
    "A cell that never forgets fills up, and then nobody can read it",
    "steps read, t",
    "log₁₀ of the slope of tanh(c)",
)
for f, style in ((1.0, "-"), (0.99, "--"), (0.9, ":")):
    c, held = 0.0, []
    for _ in t:
        c = f * c + 0.1
        held.append(c)
    slopes = 1 / np.cosh(held) ** 2
    ax.plot(t, np.log10(slopes), style, label=f"f = {f}")
    print(f"f = {f}: the cell holds {c:.2f}, slope {slopes[-1]:.0e}")
    if f == 1.0:
        assert np.isclose(c, 20) and 1e-17 < slopes[-1] < 1e-16
    if f == 0.9:
        assert np.isclose(c, 1) and 0.4 < slopes[-1] < 0.45
ax.legend()
plots.show(
    fig,
    alt="Slope of the tanh that shows the cell. With f = 1 it falls in a straight line to ten to "
    "the minus 17 after 200 steps. With f = 0.99 it levels off near minus 7, with 0.9 near 0.",
)

# %% [markdown]
# It holds 20, and the slope there is below $10^{-16}$. The gradient along the cell is perfect, and there is no way to get onto the road from $h$. A cell that never forgets is full after a while; a gate of 0.9 holds 1, and stays readable. Forgetting is not the illness here. **To learn when to forget** is the cure, and that is what a gate that listens can do.
#
# ## 5. The GRU: one state, two gates
#
# The **gated recurrent unit** keeps the idea and drops a part. It has one state $h$ in place of two. An **update gate** $z$ does the work of forget and input gate together: what it does not keep, it replaces.
#
# $$h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}$$
#
# The candidate $n$ looks at the old state through a **reset gate** $r$:
#
# $$r = \sigma(W_{ir} x + b_{ir} + W_{hr} h + b_{hr}), \qquad z = \sigma(W_{iz} x + b_{iz} + W_{hz} h + b_{hz})$$
# $$n = \tanh\bigl(W_{in} x + b_{in} + r \odot (W_{hn} h + b_{hn})\bigr)$$
#
# Here $h$ stands for $h_{t-1}$. This is PyTorch's form. Note two things in it. $z = 1$ **keeps** (some papers turn this round). And $r$ multiplies the product *after* the bias is added, so here the two biases are really two.
#
# ### Exercise 8 · `gru_step(x, h, W_ih, W_hh, b_ih, b_hh)`
#
# `x` has shape (n,), `h` has shape (H,). `W_ih` is (3H, n), `W_hh` is (3H, H), both biases are (3H,), stacked as **r, z, n**. Return the new `h`, of shape (H,). `sigmoid` is at hand from exercise 1.


# %% exercise="gru_step"
def gru_step(x, h, W_ih, W_hh, b_ih, b_hh):
    """The next state of a GRU, shape (H,)."""
    ### BEGIN SOLUTION
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    z = sigmoid(z_x + z_h)
    n = np.tanh(n_x + sigmoid(r_x + r_h) * n_h)
    return (1 - z) * n + z * h
    ### END SOLUTION


# %% check="gru_step"
check(gru_step)

# %%
torch.manual_seed(0)
gru = torch.nn.GRU(input_size=3, hidden_size=5).double()
h = np.zeros(5)
for x in xs:
    h = gru_step(x, h, *arrays(gru))
with torch.no_grad():
    _, h_torch = gru(torch.tensor(xs))
print("largest difference:", np.abs(h - h_torch[0].numpy()).max())
assert np.allclose(h, h_torch[0], rtol=1e-10)

sizes = {m.__class__.__name__: sum(p.numel() for p in m.parameters()) for m in (gru, lstm)}
print("weights:", sizes)
assert 4 * sizes["GRU"] == 3 * sizes["LSTM"]

# %% [markdown]
# Three quarters of the weights of an LSTM. Along its state the gradient is multiplied by $z$, plus what the side roads bring: the same road under another name.
#
# ## 6. The race
#
# Does a gradient that arrives also teach? The **adding problem** asks: a sequence of random numbers goes by, two of them are marked, and at the end the network must give their sum. The first mark can be a whole sequence away, so whoever cannot carry a gradient that far will answer 1 every time, the mean, with a mean squared error of $1/6$. We say *learned* when the error is below a tenth of that, $1/60$.
#
# Five competitors, three seeds each, the same data and the same steps for all: a plain tanh network, a GRU, and three LSTMs whose forget bias is 0, 1 and 3. Sequences have 50 steps; each network has 16 units. All runs of one kind are trained **as one batch**: every weight has a leading axis, one entry per run, and one product serves all of them.


# %%
H, T, BATCH, STEPS, SEEDS = 16, 50, 32, 350, (0, 1, 2)
BLOCKS = {"tanh": 1, "GRU": 3, "LSTM": 4}


def fresh(kind, biases=(0.0,)):
    """Weights of one run per bias and seed, stacked: orthogonal recurrence, zero biases."""
    runs = []
    for bias in biases:
        for seed in SEEDS:
            generator = torch.Generator().manual_seed(seed)
            squares = torch.randn(BLOCKS[kind], H, H, generator=generator)
            W_h = torch.cat(list(torch.linalg.qr(squares)[0]), dim=1)
            W_x = 2 * torch.rand(2, BLOCKS[kind] * H, generator=generator) - 1
            b = torch.zeros(1, BLOCKS[kind] * H)
            b[:, H : 2 * H] += bias  # the forget gates, where there are any
            out = torch.randn(H, 1, generator=generator) / H**0.5
            runs.append((W_x, W_h, b, torch.zeros_like(b), out, torch.ones(1, 1)))
    return [torch.stack(parts).requires_grad_() for parts in zip(*runs, strict=True)]


def answers(kind, weights, inputs):
    """What every run answers to a batch of inputs (T, batch, 2): shape (runs, batch)."""
    W_x, W_h, b_x, b_h, out, b_out = weights
    h = c = torch.zeros(len(W_h), inputs.shape[1], H)
    for z_x in (inputs[:, None] @ W_x + b_x).unbind(0):
        z_h = torch.baddbmm(b_h, h, W_h)
        if kind == "tanh":
            h = torch.tanh(z_x + z_h)
        elif kind == "GRU":
            r, z = torch.sigmoid(z_x[..., : 2 * H] + z_h[..., : 2 * H]).chunk(2, dim=2)
            n = torch.tanh(z_x[..., 2 * H :] + r * z_h[..., 2 * H :])
            h = (1 - z) * n + z * h
        else:
            i, f, g, o = (z_x + z_h).chunk(4, dim=2)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
    return (h @ out + b_out)[..., 0]


# %% [markdown]
# So much for the networks. The training is the usual one, with Adam, and with the clipping of lesson 08.


# %%
def errors(kind, weights, inputs, sums):
    """Mean squared error of every run, shape (runs,)."""
    shown = torch.tensor(inputs).transpose(0, 1)
    return ((answers(kind, weights, shown) - torch.tensor(sums)) ** 2).mean(dim=1)


def race(kind, biases=(0.0,)):
    """Errors on unseen sequences after every 50 steps of training, shape (checks, runs)."""
    weights, rng = fresh(kind, biases), np.random.default_rng(7)
    optimizer = torch.optim.Adam(weights, lr=0.01)
    unseen, history = adding_problem(500, T, np.random.default_rng(99)), []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        errors(kind, weights, *adding_problem(BATCH, T, rng)).sum().backward()
        norms = sum((w.grad**2).sum(dim=(1, 2)) for w in weights).sqrt()
        for w in weights:  # clip each run by its own norm (lesson 08)
            w.grad *= (1 / norms).clamp(max=1)[:, None, None]
        optimizer.step()
        if step % 50 == 0:
            with torch.no_grad():
                history.append(errors(kind, weights, *unseen))
    return torch.stack(history).numpy()


# %% [markdown]
# **Predict the order of arrival**, and write it down. Which of the five learn at all? (Which bias keeps half of the gradient over 50 steps? Ask your `forget_bias`.) The next cell trains for about half a minute, and prints each kind when it is done.

# %%
curves = {}
for kind, biases in (("tanh", (0,)), ("GRU", (0,)), ("LSTM", (0, 1, 3))):
    runs = np.split(race(kind, biases), len(biases), axis=1)  # three seeds for each bias
    for bias, history in zip(biases, runs, strict=True):
        name = f"LSTM, b = {bias}" if kind == "LSTM" else kind
        curves[name], last = history, np.sort(history[-1])
        learned = (last < 1 / 60).sum()
        print(f"{name:12s} learned {learned} of {len(SEEDS)}   last errors {last.round(4)}")

# %%
fig, ax = plots.axes(
    "The GRU learns to add over 50 steps; the plain network does not",
    "training steps",
    "error, median of three seeds",
)
steps = np.arange(50, STEPS + 1, 50)
for (name, history), style in zip(curves.items(), ("-o", "-s", ":^", "--D", "-.v"), strict=True):
    ax.plot(steps, np.median(history, axis=1), style, label=name)
ax.axhline(1 / 6, color="gray", linewidth=1)
ax.axhline(1 / 60, color="gray", linewidth=1, linestyle="--")
ax.annotate("answers 1 every time", (STEPS, 0.23), ha="right", va="bottom")
ax.annotate("learned", (55, 1 / 60), va="top")
ax.set_yscale("log")
ax.set_ylim(top=0.4)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
final = {name: np.median(history[-1]) for name, history in curves.items()}
assert final["tanh"] > 0.1, "the plain network has learned nothing"
assert final["GRU"] < 1 / 60, "the GRU has learned it"
assert final["LSTM, b = 1"] < 1 / 60 and final["LSTM, b = 3"] < 1 / 60, "so have these two"
assert 1 / 60 < final["LSTM, b = 0"] < 0.1, "with bias 0 it is on its way"
plots.show(
    fig,
    alt="Error against training steps. The plain tanh network stays at one sixth. The GRU falls "
    "first. LSTMs leave the plateau later, in an order that depends on the forget bias.",
)

# %% [markdown]
# Read the table before you read on. What is safe to say, with three seeds?
#
# - The plain network has learned **nothing**: its median error is that of answering 1 every time. The GRU has learned it, and so have the LSTMs with bias 1 and 3.
# - The LSTM with bias 0 has **not** learned it in these 350 steps, by our measure of $1/60$: gates alone are no guarantee. It is behind bias 1 and bias 3, as the gradients of section 3 suggest. Has it given up, or is it only late? Look at its curve, raise `STEPS`, and see.
# - Is more bias always better? Remember the full cell of section 4. `vegrad experiment forget_bias` runs the race over 100 steps, with biases 0, 1, 2 and 5. Predict first.
# - *When* a run leaves the plateau differs a good deal from seed to seed. Three seeds show a large difference. They cannot rank two settings that lie close together.
#
# ### Is an arriving gradient enough?
#
# The GRU's update gate starts at $\sigma(0) = 0.5$, like the forget gate of the LSTM with bias 0, and yet it learned first. **Predict:** which of the five networks has, *before any training*, the gradient that fades least over the 50 steps? And the plain tanh network: does it fade most? Here is the gradient of the error with respect to the first input, against that of the last one.


# %%
def fading_at_start(kind, bias=0.0):
    """log10 of the gradient norm at the first input over that at the last, median of seeds."""
    inputs, sums = adding_problem(64, T, np.random.default_rng(5))
    shown, sums = torch.tensor(inputs).transpose(0, 1).contiguous(), torch.tensor(sums)
    ratios = []
    for run in range(len(SEEDS)):
        weights = [w.detach()[run : run + 1] for w in fresh(kind, (bias,))]
        shown.requires_grad_()
        error = ((answers(kind, weights, shown) - sums) ** 2).mean()
        (gradient,) = torch.autograd.grad(error, shown)
        norms = gradient.norm(dim=(1, 2))
        ratios.append(float(torch.log10(norms[0] / norms[-1])))
    return float(np.median(ratios))


fading = {
    "tanh": fading_at_start("tanh"),
    "GRU": fading_at_start("GRU"),
    "LSTM, b = 0": fading_at_start("LSTM", 0.0),
    "LSTM, b = 1": fading_at_start("LSTM", 1.0),
    "LSTM, b = 3": fading_at_start("LSTM", 3.0),
}
for name, decades in fading.items():
    print(f"{name:12s} {decades:+.1f} decades at the start    last error {final[name]:.4f}")
assert fading["LSTM, b = 0"] < fading["LSTM, b = 1"] < fading["LSTM, b = 3"]
assert fading["tanh"] - 4 < fading["GRU"] < fading["tanh"] - 3.5, "the GRU starts far lower"
assert np.isclose(sigmoid(1) ** 100, 2.5e-14, rtol=0.01), "for the summary"

# %% [markdown]
# Among the LSTMs the order is as predicted. But the plain network starts with a *larger* gradient than the GRU, by nearly four decades (its matrix is orthogonal), and it learns nothing. So the size of the first gradient does not settle the race. What else differs? A gate can be *changed by learning*, unit by unit: a unit that opens its gate a little keeps more, and its gradient grows with it. The plain network has no such knob.
#
# So do not judge an architecture by its first gradient alone, and not by one run.
#
# %% [markdown]
# ## Summary
#
# - A cell is **carried**: $c' = f c + i g$. Along it the gradient is a product of forget gates. No matrix, no slope.
# - The bias decides at the start. Over 100 steps, $\sigma(b)^{100}$ is $8 \times 10^{-31}$ for $b = 0$, $2.5 \times 10^{-14}$ for $b = 1$, and 0.51 for $b = 5$. Half survives $T$ steps with the logit of $0.5^{1/T}$.
# - PyTorch stacks i, f, g, o and r, z, n, and adds **two** biases.
# - A gate of 1 for ever is no cure: the cell fills up. The gate must learn when to forget.
# - In the race over 50 steps the plain network learned nothing. The GRU and the LSTMs with bias 1 and 3 did; the LSTM with bias 0 was not there yet.
# - Gates help against *vanishing*. Against exploding gradients they have no defence: clip (lesson 08).
#
# **Next:** [12 · The clinic](../12_clinic/12_clinic.ipynb). You know every illness now, and every cure.
#
# **Read on**
# - S. Hochreiter, J. Schmidhuber: *Long short-term memory*, 1997. The constant error carousel, and the adding problem.
# - F. Gers, J. Schmidhuber, F. Cummins: *Learning to forget: continual prediction with LSTM*, 2000. The forget gate.
# - K. Cho and others: *Learning phrase representations using RNN encoder-decoder for statistical machine translation*, 2014. The GRU.
# - R. Jozefowicz, W. Zaremba, I. Sutskever: *An empirical exploration of recurrent network architectures*, 2015. Ten thousand architectures, and a forget bias of 1.
# - C. Tallec, Y. Ollivier: *Can recurrent neural networks warp time?*, 2018. Why biases should be spread like the logarithms of the times to remember.

# %%
progress()
