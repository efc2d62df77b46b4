"""What departments learn from what they promised each other: reads only, changes nothing, and knows no person."""
