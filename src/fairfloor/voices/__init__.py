"""Who speaks as one."""
