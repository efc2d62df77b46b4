"""The live pieces of a board: their names, and the painter that draws each once an audience."""
