"""Where the host and co-hosts write: posts, pages, the words of recaps."""
