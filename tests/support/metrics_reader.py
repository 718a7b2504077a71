"""Reads OpenMetrics text from standard input with Prometheus' own strict parser, and prints its samples as JSON."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

samples = []
for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples:
        samples.append({"name": sample.name, "labels": sample.labels, "value": sample.value, "help": family.documentation})
json.dump(samples, sys.stdout)
