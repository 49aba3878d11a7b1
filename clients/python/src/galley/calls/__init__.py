"""What can be asked of the server: one function per operation, one noun per file.

To add an operation: a function here that describes it, and a line for it in both classes of `galley.resources`.
"""
