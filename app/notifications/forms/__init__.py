"""What a browser sent about telling people outside: one module for each page."""
