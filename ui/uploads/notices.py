"""What is told of uploads: what cannot be uploaded, how a batch ended, and all that is known of one upload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis

from ...jobs.uploads.stage import Stage
from ...text.facts import Fact, facts_text, told
from ...text.quantities import number_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice, job_details
from .model import UploadRow, stage_text

if TYPE_CHECKING:
    from ...jobs.uploads.batch import Batch, Upload
    from ...layers.rasters.source import NotUploadableError


def refusal_notice(refused: Sequence[NotUploadableError]) -> Notice:
    """Why some of what was chosen or dropped cannot be uploaded."""
    sentences = [f"{bounded(each.name, 60)}: {each.sentence}" for each in refused]
    if len(refused) == 1:
        return Notice(sentences[0], Qgis.MessageLevel.Warning)
    text = translate("Uploads", "%Ln of these cannot be uploaded.", None, len(refused))
    return Notice(f"{text} {sentences[0]}", Qgis.MessageLevel.Warning, "\n\n".join(sentences))


def outcome_notice(batch: Batch) -> Optional[Notice]:
    """The notice of how a batch ended; None if the user gave up all of its uploads."""
    done = [upload for upload in batch.uploads if upload.stage is Stage.DONE]
    failed = [upload for upload in batch.uploads if upload.stage is Stage.FAILED]
    if failed:
        return _failure(failed, len(failed) + len(done))
    if not done:
        return None
    was_awaited = any(upload.was_awaited for upload in done)  # somebody may wait for no more than that
    if len(done) == 1 and was_awaited:
        text = translate("Uploads", "“{name}” in the mosaic “{mosaic}” is ready.")
    elif len(done) == 1:
        text = translate("Uploads", "“{name}” is in the mosaic “{mosaic}” now.")
    elif was_awaited:
        text = translate("Uploads", "%Ln images in the mosaic “{mosaic}” are ready.", None, len(done))
    else:
        text = translate("Uploads", "%Ln images are in the mosaic “{mosaic}” now.", None, len(done))
    mosaic = bounded(batch.target.name, 80)
    shown = text.format(name=bounded(done[0].source.name, 80), mosaic=mosaic)
    return Notice(shown, Qgis.MessageLevel.Success)


def upload_facts(upload: Upload) -> list[Fact]:
    """All that is known of an upload."""
    row, error = UploadRow.of(upload), upload.error
    facts = told(
        [
            (translate("Uploads", "File"), row.name),
            (translate("Uploads", "Mosaic"), row.target),
            (translate("Uploads", "State"), stage_text(row.stage)),
            (translate("Uploads", "Reason"), row.sentence),
        ]
    )
    if error is not None and (error.cause is not None or error.detail):
        facts += [Fact(translate("Uploads", "For support")), Fact("", job_details(error))]
    return facts


def _failure(failed: Sequence[Upload], count: int) -> Notice:
    first = failed[0]
    name = bounded(first.source.name, 60)
    if len(failed) == 1:
        text = (
            translate("Uploads", "“{name}” is in the mosaic, but cannot be used. {reason}")
            if first.has_arrived
            else translate("Uploads", "“{name}” was not uploaded. {reason}")
        ).format(name=name, reason=first.sentence)
    elif any(upload.has_arrived for upload in failed):
        text = translate("Uploads", "{failed} of %Ln images failed. “{name}”: {reason}", None, count).format(
            failed=number_text(len(failed), 0), name=name, reason=first.sentence
        )
    else:
        text = translate(
            "Uploads", "{failed} of %Ln images were not uploaded. “{name}”: {reason}", None, count
        ).format(failed=number_text(len(failed), 0), name=name, reason=first.sentence)
    details = "\n\n".join(facts_text(upload_facts(upload)) for upload in failed)
    return Notice(text, Qgis.MessageLevel.Warning, details)
