"""What anybody can check: the public log, the report of an evening, second looks."""
