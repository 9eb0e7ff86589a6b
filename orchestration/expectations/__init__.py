"""What good data is at the two doors, as Great Expectations suites. Imported by the worker only."""
