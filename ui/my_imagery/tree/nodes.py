"""What the rows of the imagery tree stand for, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Union

from ....api.imagery_records import Image, ImageCounts, Mosaic
from ....text.facts import Fact, told
from ....text.quantities import length_text, local_date_text, local_time_text, number_text, size_text
from ....text.server_text import bounded, tip_of_lines
from ....text.translation import translate

_MOST_TAGS = 4
_LONGEST_REASON = 200


@dataclass(frozen=True)
class Note:
    """A row below a mosaic that is no image: that its images are on their way, or why there are none."""

    text: str
    is_error: bool = False


@dataclass(frozen=True)
class Doing:
    """What is being done with a mosaic or an image; `fraction` 0..1, below 0 where it is not known how far it is."""

    text: str
    fraction: float = -1.0


Node = Union[Mosaic, Image, Note]


class PixelMetres:
    """An image's pixel on the ground in metres, None where it is not known; each image is measured once."""

    def __init__(self, measure: Callable[[Image], Optional[float]]) -> None:
        self._measure = measure
        self._measured: dict[str, Optional[float]] = {}

    def __call__(self, image: Image) -> Optional[float]:
        """The pixel of `image`."""
        key = f"{image.id} {image.pixel_size} {image.crs} {len(image.footprint)}"
        if key not in self._measured:
            self._measured[key] = self._measure(image)
        return self._measured[key]


def title(node: Node) -> str:
    """What a row is called."""
    return bounded(node.text if isinstance(node, Note) else node.name)


def summary(node: Node, pixel_m: Optional[float] = None) -> str:
    """The second line of a row: what there is, how large, since when. `pixel_m` is an image's pixel in metres."""
    if isinstance(node, Mosaic):
        size = _known_size(node.size) if node.image_count != 0 else ""
        parts = [*_count_texts(node), size, _tags_text(node.tags)]
        parts.append(local_date_text(node.created) if node.created is not None else "")
    elif isinstance(node, Image):
        if not node.is_usable:
            size = "" if node.is_failed else _known_size(node.size)
            return " · ".join(part for part in (state_text(node), size) if part)
        parts = [_known_size(node.size), bounded(node.crs, 24), pixel_text(node, pixel_m)]
        parts.append(local_date_text(node.uploaded) if node.uploaded is not None else "")
    else:
        return ""
    return " · ".join(part for part in parts if part)


def state_text(image: Image) -> str:
    """How far an image is, in a few words; "" if it is ready."""
    if image.is_failed:
        if not image.problem:
            return translate("Tree", "Failed: the service could not prepare it")
        return translate("Tree", "Failed: {reason}").format(reason=bounded(image.problem, _LONGEST_REASON))
    if image.is_awaited:
        return translate("Tree", "Waiting…") if image.is_queued else translate("Tree", "Being prepared…")
    return "" if image.is_usable else translate("Tree", "Not ready: the service does not say why")


def spoken(node: Node, pixel_m: Optional[float], doing: Optional[Doing]) -> str:
    """What a screen reader says of a row."""
    if isinstance(node, Note):
        return title(node)
    kind = translate("Tree", "mosaic") if isinstance(node, Mosaic) else translate("Tree", "image")
    now = doing.text if doing is not None else ""
    told = summary(node, pixel_m).replace(" · ", ", ")
    return ", ".join(part for part in (title(node), kind, now, told) if part)


def tool_tip(node: Node, pixel_m: Optional[float] = None) -> str:
    """Everything of a row, line by line."""
    lines = [node.text] if isinstance(node, Note) else [fact.line for fact in facts(node, pixel_m)]
    return tip_of_lines(lines)


def facts(node: Union[Mosaic, Image], pixel_m: Optional[float] = None) -> list[Fact]:
    """All that is known of a mosaic or image; the first fact is its name alone."""
    return _mosaic_facts(node) if isinstance(node, Mosaic) else _image_facts(node, pixel_m)


def pixel_text(image: Image, pixel_m: Optional[float]) -> str:
    """The size of an image's pixel, in metres or else in units of its own system; "" if it is not known."""
    if pixel_m is not None:
        return length_text(pixel_m)
    if image.pixel_size is None:
        return ""
    return translate("Tree", "pixel {size}").format(size=number_text(image.pixel_size[0], 6))


def _mosaic_facts(mosaic: Mosaic) -> list[Fact]:
    counts = _count_texts(mosaic) if mosaic.counts is not None and not mosaic.is_ready else []
    return [
        Fact("", mosaic.name),
        Fact(translate("Tree", "Images"), _number_or_dash(mosaic.image_count)),
        *(Fact("", text) for text in counts),
        *told(
            [
                (translate("Tree", "Size"), size_text(mosaic.size)),
                (translate("Tree", "Tags"), "; ".join(mosaic.tags)),
                (translate("Tree", "Created"), local_time_text(mosaic.created)),
                (translate("Tree", "ID"), mosaic.id),
            ]
        ),
    ]


def _image_facts(image: Image, pixel_m: Optional[float]) -> list[Fact]:
    pixels = bands = ""
    if image.width and image.height:
        pixels = f"{number_text(image.width, 0)} × {number_text(image.height, 0)}"
    if image.bands is not None:
        types = ", ".join(dict.fromkeys(image.dtypes))
        bands = f"{number_text(image.bands, 0)} ({types})" if types else number_text(image.bands, 0)
    return [
        Fact("", image.name),
        *told(
            [
                (translate("Tree", "Size"), size_text(image.size)),
                (translate("Tree", "Coordinate system"), bounded(image.crs, 200) or "–"),
                (translate("Tree", "Pixel"), pixel_text(image, pixel_m) or "–"),
                (translate("Tree", "Pixels"), pixels),
                (translate("Tree", "Bands"), bands),
                (translate("Tree", "Uploaded"), local_time_text(image.uploaded)),
            ]
        ),
        *_unready_facts(image),
        Fact(translate("Tree", "ID"), image.id),
    ]


def _unready_facts(image: Image) -> list[Fact]:
    """Why an image cannot be used."""
    if image.is_failed:
        text = translate(
            "Tree", "The service could not prepare it: delete it, check the file and upload it again."
        )
        said = (translate("Tree", "What the service says"), bounded(image.problem, 2_000))
        return [Fact("", text), *told([said])]
    if image.is_awaited:
        return [Fact("", translate("Tree", "The service is still preparing it."))]
    if not image.is_usable:
        text = translate("Tree", "It is not ready, and the service does not say what becomes of it.")
        return [Fact("", text)]
    return []


def _number_or_dash(count: Optional[int]) -> str:
    return "–" if count is None else number_text(count, 0)


def _count_texts(mosaic: Mosaic) -> list[str]:
    """How many images a mosaic has; if not all of them are ready, how many are and how far the others are."""
    counts = mosaic.counts
    if counts is not None and not mosaic.is_ready:
        ready = translate("Tree", "{ready} of %Ln ready", None, counts.total)
        return [ready.format(ready=number_text(counts.ready, 0)), *_unready_texts(counts)]
    if mosaic.image_count is None:
        return []
    if mosaic.image_count == 0:
        return [translate("Tree", "Empty")]
    return [translate("Tree", "%Ln images", "1 image", mosaic.image_count)]


def _unready_texts(counts: ImageCounts) -> list[str]:
    told = (
        (counts.awaited, translate("Tree", "%Ln being prepared", "1 being prepared", counts.awaited)),
        (counts.failed, translate("Tree", "%Ln failed", "1 failed", counts.failed)),
        (counts.unclear, translate("Tree", "%Ln unclear", "1 unclear", counts.unclear)),
    )
    return [text for count, text in told if count]


def _known_size(size: Optional[int]) -> str:
    return "" if size is None else size_text(size)


def _tags_text(tags: tuple[str, ...]) -> str:
    shown = "; ".join(bounded(tag, 24) for tag in tags[:_MOST_TAGS])
    return f"{shown}; …" if len(tags) > _MOST_TAGS else shown
