class Schedule:
    """Says good morning every day at eight."""

    def run(self, name, due):
        at = hospes.plain(hospes.types.Value_Time(due))
        hospes.log.info(f"{name} was due at {at.isoformat()}")
