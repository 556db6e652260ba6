"""Alembic's entry: run the steps, all of them or none."""

from fairfloor.store.evening.schema import metadata
from fairfloor.store.migrating import run

run(metadata)
