"""Topics over HTTP: one module for each group of forms."""

from app.topics.routes import discussing, grouping, proposals

ROUTERS = (grouping.router, discussing.router, proposals.router)
