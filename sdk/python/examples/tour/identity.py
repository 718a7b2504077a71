"""``identity``: how frame numbers are written, by which a bicycle's owner is known."""

import dataclasses
import re

import hospes
from shop import staff_is_chinese
from wit_world.exports.identity import Evidence


class Identity:
    def normalize(self, identities):
        return [_normal(identity) for identity in identities]

    def compare(self, pairs):
        same, different = "the same frame number", "different frame numbers"
        if staff_is_chinese():
            same, different = "车架号相同", "车架号不同"
        # Logarithms of likelihood ratios. Bicycles are sold on, so a frame isn't proof; people own several, so two frames say
        # little.
        return [
            Evidence(6.0, same) if pair.left.value == pair.right.value else Evidence(-1.0, different)
            for pair in pairs
        ]


def _normal(identity):
    # Only the manifest's `[[wants.identities]]` come; accounts of the app are right as they are.
    if identity.scheme != "bike-frame":
        return identity
    value = re.sub("[ -]", "", identity.value).upper()
    if not re.fullmatch("[A-Z0-9]{6,17}", value):
        hospes.fail("invalid", f"{identity.value!r} is no frame number: those have 6 to 17 letters and digits.")
    return dataclasses.replace(identity, value=value)
