"""Writes of insights: what the evidence comes to, kept beside what it is made from; what readers said of a brief."""
