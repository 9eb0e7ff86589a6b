"""What a run costs in seconds and memory, beside the least it could cost. Not part of the tests."""
