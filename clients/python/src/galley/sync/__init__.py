"""The blocking half: performs steps, walks lists, reads streams."""
