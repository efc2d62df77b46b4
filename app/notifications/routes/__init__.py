"""What is told outside, over HTTP: one module for each page."""

from app.notifications.routes import feed, keeping_open, one_click, outbox, preferences, webhooks

ROUTERS = (keeping_open.router, one_click.router, outbox.router, preferences.router, webhooks.router, feed.router)
