"""Tests of the model, by plain CPython: `python3 -m unittest discover -s plugins/clv -t plugins/clv`."""
