"""Who offers the catalog's pictures, and at which prices."""

from __future__ import annotations

from ..providers import Provider

ARCHIVE = Provider("sandbox_archive", "Sandbox archive", ((17, 2.0), (18, 3.0), (19, 5.0)), 0.0)
SKYLINE = Provider("sandbox_skyline", "Skyline 30 cm", ((17, 4.0), (18, 8.0), (19, 16.0)), 0.0)
ORBITAL = Provider("sandbox_orbital", "Orbital 50 cm", ((17, 3.0), (18, 6.0)), 0.0)
WIDE = Provider("sandbox_wide", "Wide swath", ((14, 0.1), (16, 0.4), (17, 1.0)), 25.0)
PARTNER = Provider("sandbox_partner", "Partner archive", ((17, 3.0), (18, 5.0)), 0.0)
MOSAIC_2023 = Provider("sandbox_mosaic_2023", "Mosaic of 2023", ((17, 1.0), (18, 2.0)), 0.0)
MOSAIC_2024 = Provider("sandbox_mosaic_2024", "Mosaic of 2024", ((17, 1.5), (18, 3.0), (19, 6.0)), 0.0)
# An account's own uploads are offered to it alone, for nothing.
OWN_IMAGES = Provider("my_imagery_images", "My Imagery: images", ((19, 0.0),), 0.0)
OWN_MOSAICS = Provider("my_imagery_mosaics", "My Imagery: mosaics", ((19, 0.0),), 0.0)
OWN = (OWN_IMAGES, OWN_MOSAICS)

OFFERS: tuple[Provider, ...] = (
    ARCHIVE, SKYLINE, ORBITAL, WIDE, PARTNER, MOSAIC_2023, MOSAIC_2024, OWN_IMAGES, OWN_MOSAICS,
)  # fmt: skip
_BY_NAME = {provider.name: provider for provider in OFFERS}


def offer_of(name: str) -> Provider:
    """The provider called `name`; KeyError where there is none."""
    return _BY_NAME[name]


def names_of(asked: list[str], by_id: bool) -> frozenset[str]:
    """The names of the providers a request asks for by name, or, with `by_id`, by id or name."""
    known = {provider.name: provider.name for provider in OFFERS}
    if by_id:
        known.update({provider.id: provider.name for provider in OFFERS})
    return frozenset(known[each] for each in asked if each in known)
