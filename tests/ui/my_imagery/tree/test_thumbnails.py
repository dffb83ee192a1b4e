"""Pictures of images: asked for as they are seen, kept, and forgotten with the login."""

from __future__ import annotations

from imagery_service import image, jpeg
from page_reading import loaded

from mapflow_dock.ui.my_imagery.choice import Choice
from mapflow_dock.ui.widgets.rows import thumbnails


def pictures(service):
    return [asked.path.split("/")[-3] for asked in service.matching("GET", "/preview/s")]


def test_only_pictures_of_rows_that_are_seen_are_asked_for(open_page, service, qtbot):
    service.fill(m1=[image(f"i{number:03}", number % 9) for number in range(200)])
    service.pictures = {f"i{number:03}": jpeg() for number in range(200)}
    page = open_page()
    loaded(qtbot, page)
    assert pictures(service) == []
    page.list.open("m1")
    qtbot.waitUntil(lambda: len(pictures(service)) >= 8)
    qtbot.waitUntil(lambda: not len(page._loading.thumbnails._queue))
    assert len(pictures(service)) < 40
    assert not page._loading.thumbnails.picture("i000").isNull()
    page.imageryView.scrollToBottom()
    qtbot.waitUntil(lambda: "i199" in pictures(service))
    assert "i100" not in pictures(service)


def test_a_few_at_a_time_and_each_once(open_page, service, qtbot):
    service.fill(m1=[image(f"i{number}") for number in range(8)])
    service.pictures = {f"i{number}": jpeg() for number in range(8)}
    service.add(path="/preview/s", times=99, hold=True)
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: len(pictures(service)) == 4)
    page.imageryView.viewport().repaint()
    queue = page._loading.thumbnails._queue
    assert sum(map(queue.is_running, queue.ids)) == 4
    service.release()
    qtbot.waitUntil(lambda: len(set(pictures(service))) == 8)
    page.imageryView.viewport().repaint()
    assert len(pictures(service)) == 8


def test_a_picture_that_cannot_be_had_is_asked_for_again_after_a_refresh(page, service, loading, qtbot):
    qtbot.waitUntil(lambda: service.count("GET", "/a/preview/s") == 1)
    qtbot.waitUntil(lambda: not len(loading.thumbnails._queue))
    page.imageryView.viewport().repaint()
    assert service.count("GET", "/a/preview/s") == 1
    service.pictures["a"] = jpeg()
    loading.refresh()
    qtbot.waitUntil(lambda: not loading.thumbnails.picture("a").isNull())


def test_pictures_are_forgotten_with_the_login(page, service, session, loading, qtbot):
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtCore import QUrl

    qtbot.waitUntil(lambda: "a" in loading.thumbnails._kept)
    service.pictures["a"] = jpeg()
    loading.refresh()
    qtbot.waitUntil(lambda: not loading.thumbnails.picture("a").isNull())
    url = QUrl(f"{service.url}/rasters/image/a/preview/s")
    cache = QgsNetworkAccessManager.instance().cache()
    assert cache.metaData(url).isValid()
    session.sign_out()
    assert not loading.thumbnails._kept
    assert not cache.metaData(url).isValid()


def test_pictures_that_were_scrolled_past_or_put_on_the_map_are_forgotten_with_the_login(
    page, service, session, loading, results, qtbot, monkeypatch
):
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtCore import QUrl

    qtbot.waitUntil(lambda: set("abc") <= set(loading.thumbnails._kept))
    monkeypatch.setattr(thumbnails, "_MOST_KEPT", 1)
    service.pictures = dict.fromkeys("abcz", jpeg())
    loading.refresh()
    page._commands.map.preview(Choice((), (page.tree.known.image("a"),)))
    cache = QgsNetworkAccessManager.instance().cache()
    urls = [QUrl(f"{service.url}/rasters/image/{key}/preview/s") for key in "abc"]
    urls.append(QUrl(f"{service.url}/rasters/image/a/preview/l"))
    qtbot.waitUntil(lambda: all(cache.metaData(url).isValid() for url in urls))
    session.sign_out()
    assert not any(cache.metaData(url).isValid() for url in urls)
