"""The nouns of a client, each as a blocking and an async class with the same methods.

What a method does is described in `galley.calls`; a class only says how it is performed.
"""
