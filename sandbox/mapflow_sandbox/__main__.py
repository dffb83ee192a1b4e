"""The command line: `python -m mapflow_sandbox serve|prepare|paint`; the server itself starts `work`."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from .settings import DEMO_EMAIL, LOOPBACK_HOSTS, ROLES, Dialect, Settings


def main(arguments: list[str] | None = None) -> None:
    """Run one command."""
    asked = _parser().parse_args(arguments)
    if asked.command == "prepare":
        from . import assets

        assets.prepare(asked.assets, report=lambda line: print(line, flush=True))
        return
    if asked.command == "paint":
        _paint(asked)
        return
    if asked.command == "work":
        from .work.worker import work

        work(asked.assets)
        return
    from .serve import serve

    serve(
        Settings(
            data=asked.data,
            assets=asked.assets,
            dialect=Dialect(asked.dialect),
            host=asked.host,
            port=asked.port,
            credits=asked.credits,
            area_limit_km2=asked.area_limit_km2,
            search_area_limit_km2=asked.search_area_limit_km2,
            catalog=asked.catalog,
            processings=asked.processings,
            max_aois=asked.max_aois,
            review=asked.review,
            workers=asked.workers,
            memory_limit=asked.memory_limit,
            max_upload_bytes=asked.max_upload_bytes,
            prepare_first_bytes=asked.prepare_first_bytes,
            pending_images=asked.pending_images,
            in_progress_images=asked.in_progress_images,
            failing_images=asked.failing_images,
            downloads=not asked.no_downloads,
            link_seconds=asked.link_seconds,
            ready_file=asked.ready_file,
            emails=tuple(
                dict.fromkeys((DEMO_EMAIL, *asked.account, *(email for email, _role in asked.share)))
            ),
            shares=tuple(asked.share),
        )
    )


def _paint(asked: argparse.Namespace) -> None:
    from .rasters import painted

    try:
        painted.paint(asked.path, asked.seed, asked.size, asked.crs, asked.pixel)
    except painted.NoMetres as error:
        raise SystemExit(str(error)) from error
    print(asked.path)


def _amount(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or number < 0:
        raise argparse.ArgumentTypeError(f"{text} is not an amount")
    return number


def _pixel(text: str) -> float:
    metres = float(text)
    if not 0.1 <= metres <= 2:
        raise argparse.ArgumentTypeError(f"{text} is not from 0.1 to 2 m")
    return metres


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 16:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 16")
    return number


def _share(text: str) -> tuple[str, str]:
    email, _, role = text.rpartition("=")
    if "@" not in email or role not in ROLES:
        raise argparse.ArgumentTypeError(f"{text} is not EMAIL=ROLE, the role one of {', '.join(ROLES)}")
    return email, role


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is not an amount")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mapflow_sandbox",
        description="A Mapflow-compatible server for learning the workflow; its models are not for mapping.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser(
        "prepare", help="paint the scene and train the models; quick when it is done"
    )
    serve = commands.add_parser("serve", help="run the server on loopback")
    _add_paint_options(
        commands.add_parser("paint", help="paint a raster that is ready to be uploaded; takes seconds")
    )
    work = commands.add_parser("work", help="a worker process, as the server starts it; ends with its input")
    for command in (prepare, serve, work):
        command.add_argument(
            "--assets", type=Path, required=True, help="folder of the painted scene and the models"
        )
    serve.add_argument("--host", default="127.0.0.1", choices=LOOPBACK_HOSTS)
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--data", type=Path, required=True, help="folder of accounts, projects and results")
    serve.add_argument(
        "--dialect", choices=[dialect.value for dialect in Dialect], default=Dialect.DEPLOYED.value
    )
    serve.add_argument("--ready-file", type=Path, help="written as JSON once the server accepts connections")
    serve.add_argument("--credits", type=_amount, default=5000.0, help="what a new account starts with")
    serve.add_argument("--area-limit-km2", type=_amount, default=100.0, help="largest area of a processing")
    serve.add_argument(
        "--search-area-limit-km2",
        type=_amount,
        help="largest area of a search of the catalog; else the former",
    )
    serve.add_argument("--catalog", type=_whole, default=Settings.catalog, help="pictures in the catalog")
    serve.add_argument("--processings", type=_whole, default=0, help="of the past, in a new data folder")
    serve.add_argument("--max-aois", type=int, default=10, help="most parts of a processing's area")
    serve.add_argument("--workers", type=_count, default=2, help="areas worked on at a time")
    serve.add_argument("--review", action="store_true", help="results wait for the user's review")
    serve.add_argument("--account", action="append", default=[], metavar="EMAIL", help="a further account")
    serve.add_argument(
        "--share",
        action="append",
        default=[],
        type=_share,
        metavar="EMAIL=ROLE",
        help=f"a further account that has this role in all projects there are: {', '.join(ROLES)}",
    )
    _add_imagery_options(serve)
    return parser


def _add_paint_options(paint: argparse.ArgumentParser) -> None:
    paint.add_argument("path", type=Path, help="GeoTIFF to write")
    paint.add_argument("--seed", type=int, default=29, help="another seed paints another town (default 29)")
    paint.add_argument("--size", type=int, default=2000, help="pixels a side (default 2000)")
    paint.add_argument("--pixel", type=_pixel, default=0.5, help="metres a pixel, 0.1 to 2 (default 0.5)")
    paint.add_argument("--crs", default="EPSG:32637", help="a CRS in metres (default EPSG:32637)")


def _add_imagery_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--memory-limit",
        type=lambda text: None if text == "none" else _whole(text),
        default=Settings.memory_limit,
        metavar="BYTES",
        help="storage of an account, or none for no limit",
    )
    serve.add_argument(
        "--max-upload-bytes",
        type=_whole,
        default=Settings.max_upload_bytes,
        metavar="BYTES",
        help="largest file to upload",
    )
    serve.add_argument(
        "--prepare-first-bytes",
        type=_whole,
        default=Settings.prepare_first_bytes,
        metavar="BYTES",
        help="larger images are prepared after the answer to their upload",
    )
    for state, what in (
        ("pending", "that stay pending"),
        ("in-progress", "whose preparation does not end"),
        ("failing", "whose preparation fails"),
    ):
        serve.add_argument(
            f"--{state}-images", default="", metavar="PATTERN", help=f"file names of images {what}, for tests"
        )
    serve.add_argument("--no-downloads", action="store_true", help="uploaded images are not given back")
    serve.add_argument(
        "--link-seconds", type=_whole, default=Settings.link_seconds, help="how long a download link holds"
    )


if __name__ == "__main__":
    main()
