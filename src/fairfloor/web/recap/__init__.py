"""The recap of a past session: worked out when it closes, kept, and shown with the words as they stand now."""
