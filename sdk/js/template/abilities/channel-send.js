// Sends messages by a provider's HTTP interface.
export const channelSend = {
  send(message) {
    const response = hospes.http.send({
      method: 'POST',
      url: [{ tag: 'text', val: 'https://api.example.com/messages' }],
      headers: [
        { name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: 'token' }] },
        { name: 'content-type', value: [{ tag: 'text', val: 'application/json' }] },
        { name: 'idempotency-key', value: [{ tag: 'text', val: message.id }] },
      ],
      body: { tag: 'bytes', val: hospes.bytes(JSON.stringify({ to: message.conversation, text: message.text })) },
    });
    if (response.status >= 500) {
      throw new hospes.HospesError('unavailable', `the provider answered ${response.status}`, 10_000);
    }
    if (response.status >= 300) throw new hospes.HospesError('invalid', `the provider answered ${response.status}`);
    return { externalId: String(hospes.json(response.body).id) };
  },
  start() {
    throw new hospes.HospesError('unsupported', 'This channel can’t write first: the customer has to begin.');
  },
};
