"""The edges: settings, command line, the turn, the worker, channels, desk."""
