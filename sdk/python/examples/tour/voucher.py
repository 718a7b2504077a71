"""A voucher for the next repair, as it lies in the installation's store."""

import json
from dataclasses import asdict, dataclass

#: The keys of all of them begin with this; a ticket's id follows.
PREFIX = "voucher/"


@dataclass
class Voucher:
    #: What the customer shows.
    code: str
    #: Until when it counts, in microseconds since 1970.
    until: int

    def to_bytes(self):
        return json.dumps(asdict(self)).encode()

    @classmethod
    def of_bytes(cls, kept):
        """None where it can't be read."""
        try:
            return cls(**json.loads(kept))
        except (ValueError, TypeError):
            return None
