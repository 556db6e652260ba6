"""When a chat is on: its recurrence, its zone, its sessions."""
