"""Alembic's entry: run the steps, all of them or none."""

from fairfloor.store.migrating import run
from fairfloor.store.site.schema import metadata

run(metadata)
