"""What texts mean: encoders, groups of texts that say the same, their labels. Knows no word of the product."""
