"""The async half: performs steps, walks lists, reads streams."""
