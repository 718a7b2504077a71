#!/bin/sh
# Runs the tests beside the cases: bundles them with a host in memory and hands them to Node.js. Needs esbuild and Node.js 20.
set -eu
cd "$(dirname "$0")/.."
esbuild tests/*.test.ts --bundle --platform=node --format=esm --alias:hospes=./tests/host.ts --outdir=target/tests --out-extension:.js=.mjs \
  --log-level=warning
node --test target/tests
