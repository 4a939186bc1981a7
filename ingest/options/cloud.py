"""Options about the services that tell Auto Loader of new files: none of them is needed here."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.options.option import Group, Option

_LISTED = "landing folders are listed, and the ledger knows what is new"

CLOUD: Sequence[Option] = [
    Option(name, Group.CLOUD, _LISTED)
    for name in (
        "cloudFiles.useNotifications",
        "cloudFiles.useManagedFileEvents",
        "cloudFiles.useIncrementalListing",
        "cloudFiles.listOnStart",
        "cloudFiles.fetchParallelism",
        "cloudFiles.pathRewrites",
        "cloudFiles.resourceTag",
        "cloudFiles.validateOptions",
        "cloudFiles.region",
        "cloudFiles.queueUrl",
        "cloudFiles.queueName",
        "cloudFiles.connectionString",
        "cloudFiles.subscription",
        "cloudFiles.projectId",
    )
]
