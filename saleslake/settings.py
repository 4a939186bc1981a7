"""The settings of one run, read from the environment once and passed on from there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from saleslake.errors import LakePathError, SettingError

ENGINES = ["embedded", "spark"]
DEFAULT_LANDING = "landing"
DEFAULT_LAKE = "lake"

PROJECT_DIR = Path(__file__).resolve().parent.parent
"""The project's own folder; SALESLAKE_PROJECT names another one with a dbt_project.yml."""


DEFAULT_CATALOGUE = PROJECT_DIR / "ingest" / "catalogue"


@dataclass(frozen=True)
class Settings:
    """Where the files come from, where the lake is, and what runs the SQL.

    Attributes:
        landing: folder with the delivered files.
        landing_given: whether somebody named it; a named folder must hold files, the default may
            be absent and is then replaced by generated sample files.
        lake: root folder of all tables, logs and reports.
        engine: one of ENGINES.
        project: folder of the dbt project, with its dbt_project.yml and profiles.yml.
        catalogue: folder of the catalogue's files, one per source.
    """

    landing: Path
    landing_given: bool
    lake: Path
    engine: str
    project: Path
    catalogue: Path

    @property
    def default_lake(self) -> Path:
        """The lake of a command that is not told which one."""
        return self.project / DEFAULT_LAKE

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        landing: str | None = None,
        lake: str | None = None,
        engine: str | None = None,
    ) -> Settings:
        """Read SALESLAKE_LANDING, SALESLAKE_LAKE and SALESLAKE_ENGINE; arguments win over them.

        A relative folder is relative to the current folder, a default one to the project's. An
        empty value counts as unset.

        Raises:
            SettingError: the engine is not one of ENGINES.
            LakePathError: the lake's path has a character that the engines cannot use.
        """
        environment = os.environ if environment is None else environment
        landing = landing or environment.get("SALESLAKE_LANDING") or None
        lake = lake or environment.get("SALESLAKE_LAKE") or None
        engine = engine or environment.get("SALESLAKE_ENGINE") or ENGINES[0]
        if engine not in ENGINES:
            raise SettingError("ENGINE (SALESLAKE_ENGINE)", engine, ENGINES)
        project = Path(environment.get("SALESLAKE_PROJECT") or PROJECT_DIR).resolve()
        lake_folder = Path(lake).resolve() if lake else project / DEFAULT_LAKE
        if quote(str(lake_folder)) != str(lake_folder):
            # Sail encodes such a location twice and would put the tables beside the lake.
            raise LakePathError(lake_folder)
        return cls(
            landing=Path(landing).resolve() if landing else project / DEFAULT_LANDING,
            landing_given=landing is not None,
            lake=lake_folder,
            engine=engine,
            project=project,
            catalogue=Path(environment.get("SALESLAKE_CATALOGUE") or DEFAULT_CATALOGUE).resolve(),
        )
