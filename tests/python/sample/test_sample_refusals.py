"""What a sample cannot be is refused with the setting and a way out, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_bench import digests, small, write_small

from sample import write_next_days, write_sample
from sample.errors import SampleFolderError, SampleSettingError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order_lines": 1}, "order lines is '1'"),
        (
            {"rates": {"crm.cust_info/gender_blak": 0.1}},
            "Did you mean 'crm.cust_info/gender_blank'",
        ),
        ({"rates": {"crm.cust_info/gender_blank": -0.1}}, "a number from 0 to 1"),
        ({"rates": {"crm.cust_info/gender_blank": 1.0}}, "at most 1"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(SampleSettingError, match=message):
        write_small(tmp_path / "files", "crm", **changes)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_domain_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SampleSettingError, match="Did you mean 'erp'"):
        write_small(tmp_path / "files", "erpp")


@pytest.mark.parametrize("days", [0, -1, 732])
def test_impossible_numbers_of_days_are_refused(tmp_path: Path, days: int) -> None:
    folder = write_small(tmp_path / "files", "erp")
    with pytest.raises(SampleSettingError, match="a number from 1 to 731"):
        write_next_days(folder, days)


def test_a_sample_whose_world_is_over_says_what_to_do(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "erp")
    write_next_days(folder, 731)
    with pytest.raises(SampleFolderError, match="a later --last-day"):
        write_next_days(folder, 1)


def test_no_process_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SampleSettingError, match="number of processes is '0'"):
        write_sample(tmp_path / "files", small(), domains=["erp"], processes=0)
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_with_an_unknown_system_is_refused(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "erp")
    manifest = folder / "sample.json"
    manifest.write_text(manifest.read_text().replace('"erp"', '"erpp"'))
    with pytest.raises(SampleSettingError, match="Did you mean 'erp'"):
        write_next_days(folder, 1)


def test_an_unknown_change_is_refused(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "crm")
    before = digests(folder)
    for drift, message in (
        ("crm.cust_info:renamd", "Did you mean 'renamed'"),
        ("crm.x:renamed", "table whose"),
    ):
        with pytest.raises(SampleSettingError, match=message):
            write_next_days(folder, 3, drifts=[drift])
    assert digests(folder) == before
