"""What the host's site holds: articles (recaps among them), the terms they stand under, and comments."""
