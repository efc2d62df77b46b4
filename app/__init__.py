"""Fencepost: structured post-mortems of joint projects. Start with app/README.md."""

import app.core.naming  # constraint names, before the first table is declared
import app.core.tables  # noqa: F401  (what PostgreSQL may not sample, before the first table is created)
