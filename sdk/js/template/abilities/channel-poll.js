// Asks a provider for new messages.
export const channelPoll = {
  poll(cursor) {
    const response = hospes.http.send({
      method: 'GET',
      url: [{ tag: 'text', val: `https://api.example.com/messages?after=${encodeURIComponent(cursor ?? '0')}` }],
      headers: [
        { name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: 'reading-token' }] },
      ],
      body: { tag: 'bytes', val: new Uint8Array() },
    });
    if (response.status !== 200) {
      throw new hospes.HospesError('unavailable', `the provider answered ${response.status}`, 10_000);
    }
    const messages = [];
    for (const message of hospes.json(response.body).messages) {
      messages.push({
        externalId: String(message.id),
        conversation: message.from,
        kind: 'message',
        sender: [{ scheme: 'email', issuer: '', value: message.from, attested: false }],
        sentAt: message.at,
        text: message.text,
      });
    }
    return { messages, cursor: messages.at(-1)?.externalId ?? cursor, more: false };
  },
};
