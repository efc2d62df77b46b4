"""Fencepost: structured post-mortems of joint projects. Start with app/README.md."""

import app.core.naming  # noqa: F401  (constraint names, before the first table is declared)
