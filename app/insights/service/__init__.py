"""Writes of insights: what the evidence comes to, kept beside what it is made from; what readers said of a brief."""

from app.insights.service.briefs import mark_line, send_to_leads
from app.insights.service.counting import count_anew, recount
from app.insights.service.weighing_rates import weigh_rates

__all__ = ["count_anew", "mark_line", "recount", "send_to_leads", "weigh_rates"]
