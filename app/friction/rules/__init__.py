"""How hard departments find each other, and how sure that is; pure."""
