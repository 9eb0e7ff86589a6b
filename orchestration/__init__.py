"""Apportion's orchestration: what arrives, when the models run, and what is published."""
