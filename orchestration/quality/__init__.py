"""The two doors' judge: Great Expectations suites, run inside DuckDB by a process of their own."""
