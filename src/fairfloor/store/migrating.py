"""Bringing a store up to date: the steps of a folder of migrations that were not taken yet, all of them or none."""

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory


class Unusable(Exception):  # noqa: N818 - it names what is the matter
    """The file or database cannot be used as a store; the message says why, and what to do."""


def migrate(writer: sa.Engine, place: str, steps: str) -> None:
    """Take the steps in a folder of migrations that were not taken yet. Raises Unusable where a newer one took some."""
    config = Config()
    config.set_main_option("script_location", steps)
    ours = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with writer.begin() as db:
        now = MigrationContext.configure(db).get_current_revision()
        if now is not None and now not in ours:
            raise Unusable(f"{place} was written by a newer Fairfloor. Install that one, or name another place.")
        config.attributes["connection"] = db
        command.upgrade(config, "head")


def run(metadata: sa.MetaData) -> None:
    """Run the steps on the connection that opens the store: what each folder's `env` has Alembic do."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=True,
    )
    context.run_migrations()
