"""Convolution of images with odd square kernels and zero padding, so that the size is kept.

Images x have shape (batch, channels, height, width), kernels K (c_out, c_in, k, k). As in every
deep learning library the kernel is not flipped: y[i] = sum over offsets d of K[d] x[i + d].
"""

import numpy as np
from jaxtyping import Float

Images = Float[np.ndarray, "batch _ height width"]
Kernels = Float[np.ndarray, "_ _ k k"]


def convolution(x: Images, K: Kernels) -> Images:
    """Every output pixel is a weighted sum over its k x k neighbourhood and all input channels."""
    check_kernel(x, K)
    return np.einsum("bchwij,ocij->bohw", neighbourhoods(x, K.shape[-1]), K, optimize=True)


def convolution_backward(x: Images, K: Kernels, g: Images) -> tuple[Images, Kernels]:
    """Gradients by x and by K, given the gradient g at the output.

    Each input pixel acts on the outputs around it, so g is convolved with the kernel turned by
    180 degrees and its two channel axes exchanged.
    """
    check_kernel(x, K)
    turned = K[:, :, ::-1, ::-1].swapaxes(0, 1)
    by_kernel = np.einsum("bchwij,bohw->ocij", neighbourhoods(x, K.shape[-1]), g, optimize=True)
    return convolution(g, turned), by_kernel


def neighbourhoods(x: Images, k: int) -> Float[np.ndarray, "batch _ height width _ _"]:
    """The k x k pixels around each pixel, zeros outside the image. A view, not a copy."""
    rim = k // 2
    padded = np.pad(x, ((0, 0), (0, 0), (rim, rim), (rim, rim)))
    return np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))


def check_kernel(x: np.ndarray, K: np.ndarray) -> None:
    """K is odd and square, and takes the channels that x has."""
    if K.ndim != 4 or K.shape[2] != K.shape[3] or K.shape[2] % 2 == 0:
        raise ValueError(
            f"a kernel must have shape (c_out, c_in, k, k) with odd k: got {K.shape}. "
            "An odd kernel has a middle, so the image keeps its size."
        )
    if x.ndim != 4 or x.shape[1] != K.shape[1]:
        raise ValueError(
            f"images must have shape (batch, {K.shape[1]}, height, width) for a kernel of shape "
            f"{K.shape}: got {x.shape}. Axis 1 of both is the input channels."
        )
