"""What the rows of found images say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ....api.catalog.records import CatalogImage
from ....jobs.catalog.search import FoundImage
from ....text.quantities import length_text, local_date_text, number_text, percent_text
from ....text.server_text import bounded, tip_of_lines
from ....text.translation import translate


def title_of(image: CatalogImage) -> str:
    """When it was taken and by what."""
    date = local_date_text(image.acquired) if image.acquired is not None else ""
    what = bounded(image.sensor, 60) or bounded(image.id, 60)
    return " · ".join(text for text in (date, what) if text)


def summary_of(image: CatalogImage, provider_titles: Mapping[str, str]) -> str:
    """How fine and clear it is, and whose."""
    facts = []
    if image.resolution_m is not None:
        facts.append(length_text(image.resolution_m))
    if image.cloud_percent is not None:
        facts.append(translate("Found", "{percent} cloud").format(percent=percent_text(image.cloud_percent)))
    if image.overlap_percent is not None:
        covered = percent_text(image.overlap_percent)
        facts.append(translate("Found", "covers {percent}").format(percent=covered))
    facts.append(bounded(provider_titles.get(image.provider, image.provider), 60))
    return " · ".join(facts)


def tool_tip_of(image: CatalogImage, provider_titles: Mapping[str, str]) -> str:
    """All that is known of it, in lines."""
    lines = [title_of(image), summary_of(image, provider_titles)]
    kind = translate("Found", "Mosaic") if image.is_mosaic else translate("Found", "Scene")
    lines.append(kind)
    if image.off_nadir is not None:
        angle = number_text(image.off_nadir, 1)
        lines.append(translate("Found", "Off nadir: {angle}°").format(angle=angle))
    if image.band_order:
        lines.append(translate("Found", "Bands: {bands}").format(bands=bounded(image.band_order, 80)))
    lines.append(bounded(image.id, 120))
    return tip_of_lines(lines)


def why_not_together(found: Sequence[FoundImage], provider_titles: Mapping[str, str]) -> str:
    """Why one processing cannot use all of these, and what it could; "" where it can."""
    counts = Counter(each.image.provider for each in found)
    if len(counts) < 2:
        return ""
    name, most = counts.most_common(1)[0]
    return translate(
        "Found",
        "A processing takes images of one provider, and these are of {count}. Choose those of {provider} alone, of "
        "which there are {most}.",
    ).format(
        count=number_text(len(counts), 0),
        provider=bounded(provider_titles.get(name, name), 60),
        most=number_text(most, 0),
    )
