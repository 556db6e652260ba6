"""The API: what the pages show, as JSON, and the one way to make a move; described by its own OpenAPI document."""
