"""The dashboard: pages over the published file, rendered on the server."""
