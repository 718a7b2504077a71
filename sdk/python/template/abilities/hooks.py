class Hooks:
    """Notes in the log which tickets were resolved."""

    def on_event(self, event):
        hospes.log.info(f"{event.kind}: {event.subject_id}")
