// Says where the provider keeps a file; the host fetches it.
export const channelMedia = {
  fetch(media) {
    const url = `https://api.example.com/files/${encodeURIComponent(media.reference)}`;
    return { method: 'GET', url: [{ tag: 'text', val: url }], body: { tag: 'bytes', val: new Uint8Array() } };
  },
};
