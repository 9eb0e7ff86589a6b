"""Suites that the tests of the validator use."""
