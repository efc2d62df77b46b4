"""Evidence about a friction: does it recur, how often, does it change, did an action help; pure.

Exactly the formulas of the design; every threshold stands in `thresholds.py`. See app/decisions/0015.
"""
