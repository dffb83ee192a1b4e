"""The files of a result: what belongs to a part goes with it."""

from __future__ import annotations

from mapflow_sandbox import results


def test_a_part_that_is_removed_leaves_nothing(tmp_path):
    result = results.path_of(tmp_path, "processing", "part")
    kept = results.path_of(tmp_path, "processing", "other")
    imagery = results.imagery_path(tmp_path, "processing", "part")
    of_part = [result, results.likely_path(result), imagery]
    for path in (*of_part, kept, results.likely_path(kept)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    results.remove_part(tmp_path, "processing", "part")
    assert not any(path.exists() for path in of_part)
    assert kept.exists()
    assert results.likely_path(kept).exists()
    results.remove_part(tmp_path, "processing", "part")
