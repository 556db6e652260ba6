"""The chat's own pages: what it is, when it is on, its house rules, its sessions, its calendar; and its settings."""
