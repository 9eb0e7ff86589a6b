"""The monthly review: one page that opens anywhere, and the statement that it sums up."""
