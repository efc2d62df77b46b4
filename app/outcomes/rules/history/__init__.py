"""History from elsewhere: what a file says of past retros, row by row, and what comes of it; pure."""
