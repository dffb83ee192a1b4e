"""What the rows of the imagery tree stand for, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Union

from ....api.imagery_records import Image, ImageCounts, Mosaic
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
    lines = [node.text] if isinstance(node, Note) else details(node, pixel_m).splitlines()
    return tip_of_lines(lines)


def details(node: Union[Mosaic, Image], pixel_m: Optional[float] = None) -> str:
    """All that is known of a mosaic or image, as lines of plain text."""
    return "\n".join(_mosaic_lines(node) if isinstance(node, Mosaic) else _image_lines(node, pixel_m))


def pixel_text(image: Image, pixel_m: Optional[float]) -> str:
    """The size of an image's pixel, in metres or else in units of its own system; "" if it is not known."""
    if pixel_m is not None:
        return length_text(pixel_m)
    if image.pixel_size is None:
        return ""
    return translate("Tree", "pixel {size}").format(size=number_text(image.pixel_size[0], 6))


def _mosaic_lines(mosaic: Mosaic) -> list[str]:
    lines = [
        mosaic.name,
        translate("Tree", "Images: {count}").format(count=_number_or_dash(mosaic.image_count)),
    ]
    if mosaic.counts is not None and not mosaic.is_ready:
        lines.extend(_count_texts(mosaic))
    lines.append(translate("Tree", "Size: {size}").format(size=size_text(mosaic.size)))
    if mosaic.tags:
        lines.append(translate("Tree", "Tags: {tags}").format(tags="; ".join(mosaic.tags)))
    lines.append(translate("Tree", "Created: {when}").format(when=local_time_text(mosaic.created)))
    lines.append(translate("Tree", "ID: {id}").format(id=mosaic.id))
    return lines


def _image_lines(image: Image, pixel_m: Optional[float]) -> list[str]:
    lines = [image.name, translate("Tree", "Size: {size}").format(size=size_text(image.size))]
    lines.append(translate("Tree", "Coordinate system: {crs}").format(crs=bounded(image.crs, 200) or "–"))
    lines.append(translate("Tree", "Pixel: {size}").format(size=pixel_text(image, pixel_m) or "–"))
    if image.width and image.height:
        width, height = number_text(image.width, 0), number_text(image.height, 0)
        lines.append(translate("Tree", "Pixels: {width} × {height}").format(width=width, height=height))
    if image.bands is not None:
        types = ", ".join(dict.fromkeys(image.dtypes))
        bands = f"{image.bands} ({types})" if types else str(image.bands)
        lines.append(translate("Tree", "Bands: {bands}").format(bands=bands))
    lines.append(translate("Tree", "Uploaded: {when}").format(when=local_time_text(image.uploaded)))
    if image.is_failed:
        lines.append(
            translate(
                "Tree", "The service could not prepare it: delete it, check the file and upload it again."
            )
        )
        if image.problem:
            lines.append(
                translate("Tree", "What the service says: {problem}").format(
                    problem=bounded(image.problem, 2_000)
                )
            )
    elif image.is_awaited:
        lines.append(translate("Tree", "The service is still preparing it."))
    elif not image.is_usable:
        lines.append(translate("Tree", "It is not ready, and the service does not say what becomes of it."))
    lines.append(translate("Tree", "ID: {id}").format(id=image.id))
    return lines


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
