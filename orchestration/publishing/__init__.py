"""From finished models to a publication that readers can trust."""
