"""What is told outside, over HTTP: one module for each page."""

from app.notifications.routes import outbox

ROUTERS = (outbox.router,)
