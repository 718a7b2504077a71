"""Tests by plain CPython: `python3 -m unittest discover -s plugins/assistant -t plugins/assistant`."""
