"""A recurrent network: h_t = tanh(W_h h_{t-1} + W_x x_t + b) for t = 1..T, the same weights always.

Unrolled in time it is a chain of T layers that share one matrix, and the factor diag(f'(z)) W of
a layer becomes diag(1 - h_t^2) W_h. States hs have shape (T+1, n) and start with h_0; row t-1 of
xs (T, d) holds x_t.
"""

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._checks import check_layer, check_square


def rnn_forward(
    W_h: Float[np.ndarray, "n n"],
    W_x: Float[np.ndarray, "n d"],
    b: Float[np.ndarray, " n"],
    xs: Float[np.ndarray, "T d"],
    h_0: Float[np.ndarray, " n"],
) -> Float[np.ndarray, "T+1 n"]:
    """The states h_0..h_T of a tanh network. torch.nn.RNN has two biases: b is their sum."""
    check_square(W_h)
    check_layer(W_h, h_0)
    if xs.ndim != 2 or W_x.shape != (len(W_h), xs.shape[-1]):
        raise ValueError(
            f"W_x must be (n, d) for states of n units and inputs xs of shape (T, d): got W_x of "
            f"shape {W_x.shape}, W_h of shape {W_h.shape}, xs of shape {xs.shape}. "
            "Give one row of xs per step."
        )
    states = [h_0]
    for x in xs:
        states.append(np.tanh(W_h @ states[-1] + W_x @ x + b))
    return np.array(states)


def state_gradients(
    W_h: Float[np.ndarray, "n n"],
    hs: Float[np.ndarray, "states n"],
    g_hs: Float[np.ndarray, "T n"],
) -> Float[np.ndarray, "states n"]:
    """Row t is dC/dh_t, t = 0..T: what the loss says of h_t itself, and what comes back from later.

    Row t-1 of g_hs is the part that does not pass through later states. h_0 has no such part.
    """
    check_states(W_h, hs)
    if g_hs.shape != hs[1:].shape:
        raise ValueError(
            f"g_hs needs one row for each of h_1..h_T: got shape {g_hs.shape} for states of shape "
            f"{hs.shape}. Fill a row with zeros where the loss does not look at the state."
        )
    gradients = np.zeros_like(hs)
    gradients[1:] = g_hs
    for t in range(len(g_hs), 0, -1):
        gradients[t - 1] += W_h.T @ ((1 - hs[t] ** 2) * gradients[t])
    return gradients


def rnn_bptt(
    W_h: Float[np.ndarray, "n n"],
    xs: Float[np.ndarray, "T d"],
    hs: Float[np.ndarray, "states n"],
    g_hs: Float[np.ndarray, "T n"],
) -> tuple[Float[np.ndarray, "n n"], Float[np.ndarray, "n d"], Float[np.ndarray, " n"]]:
    """dC/dW_h, dC/dW_x, dC/db by backpropagation through time.

    Every step used the same weights, so the gradients of all steps add up.
    Source: Werbos: Backpropagation through time: what it does and how to do it (1990).
    """
    g_zs = (1 - hs[1:] ** 2) * state_gradients(W_h, hs, g_hs)[1:]
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def state_jacobian(
    W_h: Float[np.ndarray, "n n"], h: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n n"]:
    """dh_t / dh_{t-1} = diag(1 - h_t^2) W_h, from the new state h = h_t."""
    check_layer(W_h, h)
    return (1 - h**2)[:, np.newaxis] * W_h


def state_jacobian_norms(
    W_h: Float[np.ndarray, "n n"], hs: Float[np.ndarray, "states n"]
) -> Float[np.ndarray, " states"]:
    """Entry k is |dh_T / dh_{T-k}|, the largest singular value, for k = 0..T steps back."""
    check_states(W_h, hs)
    jacobian = np.eye(len(W_h))
    norms = [1.0]
    for h in hs[:0:-1]:
        jacobian = jacobian @ state_jacobian(W_h, h)
        norms.append(float(np.linalg.norm(jacobian, 2)))
    return np.array(norms)


def state_jacobian_bound(
    W_h: Float[np.ndarray, "n n"], hs: Float[np.ndarray, "states n"]
) -> Float[np.ndarray, " states"]:
    """(gamma sigma_max)^k for k = 0..T: no norm of state_jacobian_norms is above it.

    gamma is the largest slope 1 - h^2 of the states h_1..h_T, sigma_max that of W_h.
    Source: Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks
    (2013), section 2.
    """
    check_states(W_h, hs)
    gamma = np.max(1 - hs[1:] ** 2)
    return (gamma * np.linalg.norm(W_h, 2)) ** np.arange(len(hs))


def check_states(W_h: np.ndarray, hs: np.ndarray) -> None:
    """W_h maps one state to the next, and there is at least one step."""
    check_square(W_h)
    if hs.ndim != 2 or len(hs) < 2 or hs.shape[1] != len(W_h):
        raise ValueError(
            f"hs must hold h_0..h_T, T of 1 or more, as rows of n numbers: got shape {hs.shape} "
            f"and W_h of shape {W_h.shape}. Pass all that rnn_forward returned."
        )
