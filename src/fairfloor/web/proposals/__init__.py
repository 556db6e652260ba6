"""The proposals' pages: topics that somebody asks the chat to take on, who wants them, what the host says to each."""
