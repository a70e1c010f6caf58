"""A small block of smooth, tileable noise with its gradient, for bone grain and muscle striation."""

from __future__ import annotations

import numpy as np

SIZE = 32
OCTAVES = ((4, 1.0), (8, 0.55), (16, 0.3))
# SplitMix64 (Steele et al. 2014): its step, and the shifts and factors that mix.
STEP = np.uint64(0x9E3779B97F4A7C15)
MIXING = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)), (31, np.uint64(1)))


def tileable_noise() -> np.ndarray:
    """Noise block, (SIZE, SIZE, SIZE, 4) uint8: the gradient's x, y, z (128 = none) and the value.

    Axes are z, y, x as OpenGL stores them. The same numbers on every machine.
    """
    spectrum = np.fft.fftn(white_noise())
    frequency = np.fft.fftfreq(SIZE, 1.0 / SIZE)
    radius = np.sqrt(sum(axis**2 for axis in np.meshgrid(*[frequency] * 3, indexing="ij")))
    share = np.zeros_like(radius)
    for cells, weight in OCTAVES:
        band = np.exp(-(((radius - cells / 2) / (cells / 4)) ** 2))
        band[0, 0, 0] = 0.0
        share += weight * band / np.sqrt((band**2).sum())
    value = np.fft.ifftn(spectrum * share).real
    value /= value.std()
    gradient = np.stack([np.roll(value, -1, axis) - np.roll(value, 1, axis) for axis in (2, 1, 0)], axis=-1)
    gradient /= gradient.std()
    block = np.concatenate([gradient, value[..., None]], axis=-1)
    return np.clip(np.round(128.0 + 42.0 * block), 0, 255).astype(np.uint8)


def white_noise() -> np.ndarray:
    """Independent numbers from -0.5 to 0.5, (SIZE, SIZE, SIZE); numpy's own generators take long to import."""
    bits = np.arange(1, SIZE**3 + 1, dtype=np.uint64) * STEP
    for shift, factor in MIXING:
        bits = (bits ^ (bits >> np.uint64(shift))) * factor
    return (bits / 2.0**64 - 0.5).reshape(SIZE, SIZE, SIZE)
