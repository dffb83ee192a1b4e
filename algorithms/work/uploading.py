"""Uploads rasters into a mosaic: checked, converted where that is needed, sent one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingException

from ...api import imagery
from ...jobs.uploads.batch import Batch, Decision, Upload, UploadTarget
from ...jobs.uploads.preparation import UploadPreparation
from ...jobs.uploads.upload import UploadJob
from ...text.names import name_problem, tidy_name
from ...text.toolbox import CONVERT, COUNT, IMAGE_IDS, MOSAIC, MOSAIC_ID, SKIP_UPLOADED, TAGS, WAIT
from ...text.translation import translate
from .choosing import listed

if TYPE_CHECKING:
    from ...api.imagery_records import Image, ImageListing, MosaicListing
    from ...api.lost_answers.upload import Uploaded
    from ...layers.rasters.source import RasterSource
    from .errand import Errand
    from .values import Values

_LONGEST_NAME = 255
_FIRST_MS, _LONGEST_MS, _GROWTH = 1_000, 30_000, 1.5
_MOST_LOOKS = 200  # of some half a minute each


def upload_rasters(errand: Errand, values: Values, sources: Sequence[RasterSource]) -> dict[str, Any]:
    """Return the ids of the mosaic and of the images that came into it, and how many those are."""
    if not sources:
        raise QgsProcessingException(translate("Work", "There is nothing to upload. Name files or layers."))
    target = _target(errand, values)
    was_new = target.is_new
    batch = Batch(errand.client, target)
    batch.uploads = [Upload(number, batch, source) for number, source in enumerate(sources, 1)]
    with errand.span(0, 10):
        errand.stage(translate("Work", "Checking the rasters…"))
        errand.carry_out(UploadPreparation(batch, batch.uploads))
        _decide(batch.uploads, may_convert=values.flag(CONVERT))
        there = {} if was_new else _images(errand, target.mosaic_id)
    sent: list[Image] = []
    for number, upload in enumerate(batch.uploads):
        share = 80 / len(batch.uploads)
        with errand.span(10 + share * number, 10 + share * (number + 1)):
            same = _same(upload, list(there.values())) if values.flag(SKIP_UPLOADED) else None
            sent += [same] if same is not None else _sent(errand, upload, number + 1)
        if same is not None:
            told = translate("Work", "“{name}” is in the mosaic already, and is not sent again.")
            errand.say(told.format(name=listed([same.name])))
    if values.flag(WAIT):
        with errand.span(90, 100):
            sent = _await_ready(errand, target.mosaic_id, sent)
    return {
        MOSAIC_ID: target.mosaic_id,
        IMAGE_IDS: ",".join(image.id for image in sent),
        COUNT: len(sent),
    }


def _target(errand: Errand, values: Values) -> UploadTarget:
    """The mosaic of that id or name; a new one where there is none."""
    wanted = tidy_name(values.text(MOSAIC))
    listing: MosaicListing = errand.ask(imagery.list_mosaics(errand.client))
    same = [each for each in listing.mosaics if wanted == each.id]
    same = same or [each for each in listing.mosaics if tidy_name(each.name) == wanted]
    if len(same) > 1:
        sentence = translate("Work", "There are several mosaics “{name}”. Give the id of one of them: {ids}.")
        raise QgsProcessingException(
            sentence.format(name=listed([wanted]), ids=listed(each.id for each in same))
        )
    if same:
        return UploadTarget(same[0].id, same[0].name)
    problem = name_problem(wanted, _LONGEST_NAME)
    if problem:
        raise QgsProcessingException(problem)
    return UploadTarget("", wanted, values.texts(TAGS))


def _decide(uploads: Sequence[Upload], may_convert: bool) -> None:
    """Decide about each raster; raise where one cannot be sent, before any of them is."""
    problems = []
    for upload in uploads:
        decision = upload.decision or upload.advised
        if decision is Decision.CONVERT and not may_convert:
            decision = Decision.AS_IT_IS if upload.allows(Decision.AS_IT_IS) else Decision.LEAVE_OUT
        upload.decision = decision
        if decision is Decision.LEAVE_OUT:
            reasons = " ".join(issue.sentence for issue in upload.issues)
            problems.append(f"{listed([upload.source.name])}: {reasons}")
    if problems:
        nothing = translate("Work", "Nothing is uploaded. {problems}")
        raise QgsProcessingException(nothing.format(problems=" ".join(problems)))


def _same(upload: Upload, there: Sequence[Image]) -> Optional[Image]:
    """The image of the mosaic that is this file as it is, by its name and its size."""
    path = upload.source.path
    if upload.decision is not Decision.AS_IT_IS or path is None:
        return None
    size = path.stat().st_size
    return next(
        (
            each
            for each in there
            if each.name == upload.file_name and each.size == size and not each.is_failed
        ),
        None,
    )


def _sent(errand: Errand, upload: Upload, number: int) -> list[Image]:
    total = len(upload.batch.uploads)
    stage = translate("Work", "Uploading {file} ({number} of {total})…")
    errand.stage(stage.format(file=listed([upload.file_name]), number=str(number), total=str(total)))
    uploaded: Uploaded = errand.carry_out(UploadJob(upload))
    told = translate("Work", "{file} is in the mosaic “{mosaic}”.")
    errand.say(told.format(file=listed([upload.file_name]), mosaic=listed([upload.batch.target.name])))
    return [] if uploaded.image is None else [uploaded.image]


def _images(errand: Errand, mosaic_id: str) -> dict[str, Image]:
    listing: ImageListing = errand.ask(imagery.list_all_images(errand.client, mosaic_id))
    return {image.id: image for image in listing.images}


def _await_ready(errand: Errand, mosaic_id: str, sent: Sequence[Image]) -> list[Image]:
    """Wait until the service has prepared the images; raise with its reason where it could not."""
    errand.stage(translate("Work", "The service prepares the images…"))
    pause = float(_FIRST_MS)
    for _look in range(_MOST_LOOKS):
        there = _images(errand, mosaic_id)
        now = [there.get(image.id, image) for image in sent]
        failed = [image for image in now if image.is_failed]
        if failed:
            sentence = translate("Work", "The service could not prepare {names}. {reason}")
            names = listed(image.name for image in failed)
            raise QgsProcessingException(sentence.format(names=names, reason=failed[0].problem).strip())
        ready = [image for image in now if image.is_usable]
        errand.progress(len(ready) / max(1, len(now)))
        if len(ready) == len(now):
            return now
        errand.pause(round(pause))
        pause = min(_LONGEST_MS, pause * _GROWTH)
    raise QgsProcessingException(
        translate(
            "Work", "The images are uploaded, but the service is still preparing them. Look again later."
        )
    )
