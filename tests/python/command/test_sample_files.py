"""`saleslake sample`: what it prints, what it refuses, and where it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import saleslake

from command.cli.sample import choices
from saleslake.errors import LakeKindError, LakeNotWritableError
from saleslake.lake import Lake
from sample.errors import SampleFolderError, SampleSettingError

SMALL = ["--profile", "tiny", "--lines", "600", "--domain", "crm", "--domain", "erp"]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_a_sample_is_written_where_a_run_reads_it(lake: Lake) -> None:
    printed = saleslake("sample", "write", *SMALL, lake=lake)
    assert (lake.root / "sample" / "landing" / "crm" / "sales_details.csv").exists()
    assert "crm.sales_details" in printed
    assert "to 2023-12-31" in printed
    assert str(lake.root / "sample" / "landing") in printed


def test_days_are_added_and_told_as_json(lake: Lake) -> None:
    saleslake("sample", "write", *SMALL, lake=lake)
    told = json.loads(saleslake("sample", "next", "--days", "3", lake=lake, json_output=True))
    assert told["delivered_until"] == "2024-01-03"
    assert set(told["rows"]) >= {"crm.sales_details", "erp.loc_a101"}
    assert all("2024-01-03" in file for file in told["files"])


def test_a_folder_of_ones_own(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    saleslake("sample", "write", *SMALL, "--folder", str(folder), "--dirt", "none", lake=lake)
    assert sorted(path.name for path in folder.iterdir()) == ["landing", "sample.json", "truth"]
    assert not lake.root.exists()


def test_dirt_is_asked_for_by_rates(lake: Lake) -> None:
    kind = "crm.sales_details/amount_outlier"
    asked = ["--dirt", "none", "--dirt", f"{kind}=0.5"]
    told = json.loads(saleslake("sample", "write", *SMALL, *asked, lake=lake, json_output=True))
    assert set(told["faults"]) == {kind}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["--lines", "0"], SampleSettingError, "order lines is '0'"),
        (["--profile", "dmo"], SampleSettingError, "Did you mean 'demo'"),
        (["--last-day", "2023-02-30"], SampleSettingError, "a day such as"),
        (["--first-day", "2024-06-01"], SampleSettingError, "last day"),
        (["--dirt", "everything"], SampleSettingError, "none, or a kind and its rate"),
        (["--dirt", "crm.cust_info/gender_blank=much"], SampleSettingError, "none, or a kind"),
        (["--dirt", "crm.cust_info/gender_blank=2"], SampleSettingError, "from 0 to 1"),
        (["--domain", "crn"], SampleSettingError, "Did you mean 'crm'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    lake: Lake, arguments: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        saleslake("sample", "write", *arguments, lake=lake)
    assert not lake.root.exists()


def test_a_sample_is_never_written_over_or_beside_real_data(lake: Lake) -> None:
    saleslake("sample", "write", *SMALL, lake=lake)
    with pytest.raises(SampleFolderError, match="--force"):
        saleslake("sample", "write", *SMALL, lake=lake)
    real = Lake(lake.root.parent / "real")
    real.root.mkdir()
    real.mark("real")
    for command in ("write", "next"):
        with pytest.raises(LakeKindError, match="holds real data"):
            saleslake("sample", command, lake=real)


def test_a_folder_that_cannot_be_written_is_named(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((LakeNotWritableError, SampleFolderError), match="file"):
        saleslake("sample", "write", *SMALL, "--folder", str(tmp_path / "file" / "x"), lake=lake)


def test_days_need_a_sample(lake: Lake) -> None:
    with pytest.raises(SampleFolderError, match="saleslake sample write"):
        saleslake("sample", "next", lake=lake)


def test_choices_lists_sizes_systems_and_dirt() -> None:
    told = json.loads(CliRunner().invoke(choices, ["--format", "json"]).stdout)
    assert [it["name"] for it in told["profiles"]][:2] == ["tiny", "demo"]
    assert "crm" in told["domains"]
    assert {"crm.cust_info/gender_blank", "erp.loc_a101/country_blank"} <= {
        it["name"] for it in told["kinds"]
    }
