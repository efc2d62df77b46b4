"""Insights over HTTP: one module for each group of pages."""

from app.insights.routes import brief, friction, scorecards, themes

ROUTERS = (brief.router, scorecards.router, friction.router, themes.router)
