"""What is told outside, over HTTP: one module for each page."""

from app.notifications.routes import feed, one_click, outbox, preferences, webhooks

ROUTERS = (one_click.router, outbox.router, preferences.router, webhooks.router, feed.router)
