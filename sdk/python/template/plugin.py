"""{{name}}. What each function gets and returns stands in wit_world.exports, which `hospes plugin build` makes."""

import json
from urllib.parse import quote

import hospes
from wit_world import exports

{{abilities}}
