class ChannelMedia:
    """Says where the provider keeps a file; the host fetches it."""

    def fetch(self, media):
        http = hospes.http
        url = [http.Piece_Text(f"https://api.example.com/files/{quote(media.reference, safe='')}")]
        return http.Request("GET", url, [], http.Content_Bytes(b""), None)
