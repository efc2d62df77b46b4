"""Standing promises between two departments: in force by both sides' yes, reviewed by later rooms."""
