"""Paints construction sites: scraped ground with the tracks of lorries, pits, slabs, and what stands on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import sun
from .layout import Site, Solid
from .texture import Grain, burn

CONCRETE = (190, 186, 178)
REBAR = (134, 112, 98)
WET_SOIL = (118, 98, 76)
HOARDING = ((222, 224, 226), (96, 122, 158), (206, 198, 176), (126, 148, 128))
PIT, SLAB, FRAME = range(3)


@dataclass(frozen=True)
class Window:
    """The part of a picture about a site: `u`, `v` are metres along the fence from its middle, (H, W)."""

    rows: slice
    columns: slice
    u: np.ndarray
    v: np.ndarray
    half_u: float
    half_v: float
    sun: tuple[float, float]

    @property
    def inside(self) -> np.ndarray:
        """Where the site is."""
        return self.within(self.half_u, self.half_v)

    def within(self, half_u: float, half_v: float, back: float = 0.0) -> np.ndarray:
        """Where a rectangle about the middle is, moved along the shadows by `back` metres."""
        u, v = self.u - self.sun[0] * back, self.v - self.sun[1] * back
        covered: np.ndarray = (np.abs(u) < half_u) & (np.abs(v) < half_v)
        return covered


def paint_sites(image: np.ndarray, sites: list[Site], grain: Grain, rng: np.random.Generator) -> None:
    """Paint the ground of all sites in place; a site's `stage` says what is dug and poured."""
    for site in sites:
        window = window_of(image, site, grain.pixel_m)
        if window is None:
            continue
        pixels = image[window.rows, window.columns]
        churn(pixels, window, grain, rng)
        tracks(pixels, window, rng)
        if site.stage == PIT:
            dig(pixels, window, rng)
        else:
            pour(pixels, window, grain, rng)
        fence(pixels, window, rng)


def window_of(image: np.ndarray, site: Site, pixel_m: float) -> Window | None:
    """The window about a site; None where it is outside of the picture."""
    size = image.shape[0]
    left, top, right, bottom = site.shape.bounds
    rows = slice(max(0, int(top / pixel_m) - 2), min(size, int(bottom / pixel_m) + 3))
    columns = slice(max(0, int(left / pixel_m) - 2), min(size, int(right / pixel_m) + 3))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    y, x = (np.mgrid[rows, columns].astype(np.float32) + 0.5) * pixel_m
    cos, sin = math.cos(site.angle), math.sin(site.angle)
    middle = site.shape.centroid
    u, v = (x - middle.x) * cos + (y - middle.y) * sin, -(x - middle.x) * sin + (y - middle.y) * cos
    corners = np.asarray(site.shape.exterior.coords) - (middle.x, middle.y)
    half_u = float(np.abs(corners @ (cos, sin)).max())
    half_v = float(np.abs(corners @ (-sin, cos)).max())
    falls = (
        sun.DIRECTION[0] * cos + sun.DIRECTION[1] * sin,
        -sun.DIRECTION[0] * sin + sun.DIRECTION[1] * cos,
    )
    return Window(rows, columns, u, v, half_u, half_v, falls)


def churn(pixels: np.ndarray, window: Window, grain: Grain, rng: np.random.Generator) -> None:
    """Scraped soil is uneven: patches of wet and of pale ground, clods everywhere."""
    near = (window.rows, window.columns)
    light = 1 + 0.10 * grain.middle[near] + 0.075 * grain.small[near] + 0.05 * grain.fine[near]
    wet = np.clip(0.5 * grain.middle[near] + 0.5 * grain.broad[near] - rng.uniform(0.1, 0.5), 0, 0.7)
    mixed = pixels * light[..., None]
    mixed += (np.array(WET_SOIL, dtype=np.float32) - mixed) * wet[..., None]
    pixels[window.inside] = mixed[window.inside]


def tracks(pixels: np.ndarray, window: Window, rng: np.random.Generator) -> None:
    """Ruts of wheels and of caterpillars, crossing the site in long bends."""
    for _ in range(int(4 + window.half_u * window.half_v / 160)):
        along, across, reach = window.u, window.v, window.half_v
        if rng.random() < 0.45:
            along, across, reach = window.v, window.u, window.half_u
        bend = rng.uniform(1, 9) * np.sin(along / rng.uniform(9, 26) + rng.uniform(0, 6.3))
        off = across - rng.uniform(-0.95, 0.95) * reach - bend
        half = rng.uniform(0.9, 1.25)
        rut = np.abs(np.abs(off) - half) < rng.uniform(0.25, 0.42)
        shade = rng.uniform(0.74, 0.88) if rng.random() < 0.7 else rng.uniform(1.08, 1.16)
        pixels[rut & window.inside] *= shade


def dig(pixels: np.ndarray, window: Window, rng: np.random.Generator) -> None:
    """A pit with sloping walls: one side in the shade of its own edge, the other in the light."""
    half_u, half_v = window.half_u * rng.uniform(0.5, 0.74), window.half_v * rng.uniform(0.5, 0.74)
    depth, slope = rng.uniform(3.0, 6.0), rng.uniform(1.6, 3.0)
    pit = window.within(half_u, half_v)
    floor = window.within(half_u - slope, half_v - slope)
    pixels[pit] *= np.array((0.9, 0.86, 0.8), dtype=np.float32)
    wall = pit & ~floor
    to_u, to_v = half_u - np.abs(window.u), half_v - np.abs(window.v)
    facing = np.where(to_u < to_v, -np.sign(window.u) * window.sun[0], -np.sign(window.v) * window.sun[1])
    pixels[wall] *= (1 - 0.24 * facing[wall])[:, None]
    shaded = pit & ~window.within(half_u, half_v, depth * sun.SHADOW_M)
    pixels[shaded] *= np.array((0.52, 0.56, 0.62), dtype=np.float32)
    if rng.random() < 0.7:  # piles or blinding concrete at the bottom
        bottom = window.within(
            (half_u - slope) * rng.uniform(0.4, 0.8), (half_v - slope) * rng.uniform(0.4, 0.8)
        )
        step = rng.uniform(3.0, 4.4)
        dot = (np.hypot((window.u % step) - step / 2, (window.v % step) - step / 2) < 0.55) & bottom
        if rng.random() < 0.5:
            pixels[bottom] = pixels[bottom] * 0.5 + np.array(CONCRETE, dtype=np.float32) * 0.42
        pixels[dot] *= 0.62


def pour(pixels: np.ndarray, window: Window, grain: Grain, rng: np.random.Generator) -> None:
    """A foundation slab: poured bays, bays of bare reinforcement, and starters of columns."""
    half_u, half_v = window.half_u * rng.uniform(0.45, 0.72), window.half_v * rng.uniform(0.45, 0.72)
    slab = window.within(half_u, half_v)
    near = (window.rows, window.columns)
    bay = rng.uniform(6.0, 10.0)
    across, down = np.floor(window.u / bay).astype(int) % 7, np.floor(window.v / bay).astype(int) % 7
    kinds = rng.random((7, 7))
    tones = rng.uniform(0.84, 1.08, (7, 7)).astype(np.float32)
    kind, tone = kinds[down, across], tones[down, across]
    concrete = np.array(CONCRETE, dtype=np.float32) * (tone * (1 + 0.05 * grain.middle[near]))[..., None]
    poured = slab & (kind < 0.55)
    pixels[poured] = concrete[poured]
    mesh = slab & (kind >= 0.55) & (kind < 0.82)
    bars = ((window.u % 1.2) < 0.6) ^ ((window.v % 1.2) < 0.6)
    steel = np.array(REBAR, dtype=np.float32) * np.where(bars, 1.18, 0.8)[..., None]
    pixels[mesh] = steel[mesh]
    joint = slab & (((window.u % bay) < 0.5) | ((window.v % bay) < 0.5))
    pixels[joint] *= 0.72
    near_column = np.hypot((window.u % bay) - bay / 2, (window.v % bay) - bay / 2)
    pixels[slab & (near_column < 0.6)] *= 0.5


def fence(pixels: np.ndarray, window: Window, rng: np.random.Generator) -> None:
    """A hoarding around the site, with a gate, and the strip of shade at its foot."""
    colour = np.array(HOARDING[int(rng.integers(len(HOARDING)))], dtype=np.float32)
    inner = window.within(window.half_u - 0.6, window.half_v - 0.6)
    rim = window.inside & ~inner
    gate = (np.abs(window.u - rng.uniform(-0.5, 0.5) * window.half_u) < 3.5) & (window.v > 0)
    shade = window.inside & inner & ~window.within(window.half_u - 0.6, window.half_v - 0.6, 1.3)
    pixels[shade & ~gate] *= 0.66
    pixels[rim & ~gate] = colour


def paint_solids(image: np.ndarray, solids: list[Solid], grain: Grain) -> None:
    """Paint huts, walls, heaps and cranes in place, the lower ones first."""
    ordered = sorted(solids, key=lambda solid: solid.height)
    ids = burn([solid.shape for solid in ordered], image.shape[0], pixel_m=grain.pixel_m)
    where = ids > 0
    table = np.array([(0, 0, 0), *[solid.colour for solid in ordered]], dtype=np.float32)
    light = 1 + 0.05 * grain.small[where] + 0.04 * grain.fine[where]
    image[where] = table[ids[where]] * light[:, None]
