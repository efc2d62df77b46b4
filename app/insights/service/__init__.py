"""Writes of insights: what the evidence comes to, kept beside what it is made from."""

from app.insights.service.counting import count_anew, recount, weigh_rates

__all__ = ["count_anew", "recount", "weigh_rates"]
