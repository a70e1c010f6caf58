"""A small block of smooth, tileable noise with its gradient, for bone grain and muscle striation."""

from __future__ import annotations

import numpy as np

SIZE = 32
OCTAVES = ((4, 1.0), (8, 0.55), (16, 0.3))


def tileable_noise() -> np.ndarray:
    """Noise block, (SIZE, SIZE, SIZE, 4) uint8: the gradient's x, y, z (128 = none) and the value.

    Axes are z, y, x as OpenGL stores them. The same numbers on every machine.
    """
    random = np.random.default_rng(7)
    value = np.zeros((SIZE, SIZE, SIZE))
    for cells, weight in OCTAVES:
        spectrum = np.fft.fftn(random.standard_normal((SIZE, SIZE, SIZE)))
        frequency = np.fft.fftfreq(SIZE, 1.0 / SIZE)
        radius = np.sqrt(sum(axis**2 for axis in np.meshgrid(*[frequency] * 3, indexing="ij")))
        band = np.exp(-(((radius - cells / 2) / (cells / 4)) ** 2))
        band[0, 0, 0] = 0.0
        octave = np.fft.ifftn(spectrum * band).real
        value += weight * octave / octave.std()
    value /= value.std()
    gradient = np.stack([np.roll(value, -1, axis) - np.roll(value, 1, axis) for axis in (2, 1, 0)], axis=-1)
    gradient /= gradient.std()
    block = np.concatenate([gradient, value[..., None]], axis=-1)
    return np.clip(np.round(128.0 + 42.0 * block), 0, 255).astype(np.uint8)
