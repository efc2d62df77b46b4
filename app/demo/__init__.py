"""A made-up publishing house to try Fencepost with; refuses to know any real organisation.

`contents` holds only text and numbers, `story` reads them; `build` brings them to life through the same services that
people use.
"""
