"""Alembic's entry: run the steps on the connection that opens the file, all of them or none."""

from alembic import context

from fairfloor.store.people.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
