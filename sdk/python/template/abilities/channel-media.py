class ChannelMedia:
    """Says where the provider keeps a file; the host fetches it."""

    def fetch(self, media):
        url = f"https://api.example.com/files/{quote(media.reference)}"
        return exports.channel_media.Source(method="GET", url=url, headers=[], bearer_secret="")
