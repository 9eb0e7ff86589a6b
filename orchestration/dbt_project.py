"""The dbt project as Dagster sees it: its manifest, and the keys and groups of its models."""

from __future__ import annotations

import os
import subprocess
from tempfile import TemporaryDirectory

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from orchestration.dbt_files import PARSED, is_stale
from orchestration.project import DBT, QUIET_ENVIRONMENT, ROOT


def prepared() -> DbtProject:
    """The project with a manifest that is no older than its files."""
    warehouse = DbtProject(project_dir=ROOT, profiles_dir=ROOT)
    if is_stale(warehouse.manifest_path, PARSED):
        environment = {**os.environ, **QUIET_ENVIRONMENT}
        # The manifest is that of the project's own seeds, whatever policy a run uses.
        environment.pop("APPORTION_SEEDS", None)
        target = warehouse.manifest_path.parent
        target.mkdir(exist_ok=True)
        # Dagster's processes come here side by side: each writes apart, and what they all read is whole at any time.
        with TemporaryDirectory(dir=target) as apart:
            subprocess.run(
                [DBT, "--quiet", "parse", "--project-dir", ROOT, "--profiles-dir", ROOT],
                check=True,
                env={**environment, "DBT_TARGET_PATH": apart},
                cwd=ROOT,
            )
            for product in (PARSED, warehouse.manifest_path):
                os.replace(os.path.join(apart, product.name), product)
    return warehouse


class FoldersAsGroups(DagsterDbtTranslator):
    """A model's key is layer/name and its group is its folder, as in the tree."""

    def get_asset_spec(self, manifest, unique_id, project):
        """The default spec, with key and group taken from the folder."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        resource = self.get_resource_props(manifest, unique_id)
        if resource["resource_type"] == "seed":
            return spec.replace_attributes(key=dg.AssetKey(["policy", resource["name"]]), group_name="policy")
        if resource["resource_type"] != "model":
            return spec
        layer, *folder, name = resource["fqn"][1:]
        return spec.replace_attributes(key=dg.AssetKey([layer, name]), group_name="_".join([layer, *folder]))


# The tables of one feed come from one asset.
TRANSLATOR = FoldersAsGroups(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
