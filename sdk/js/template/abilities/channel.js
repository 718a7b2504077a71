// Receives greetings by webhook: `{"id": "1", "from": "li@example.com", "name": "Li", "text": "Hello", "at": 1767600000000000}`
export const channel = {
  receive(request) {
    const greeting = hospes.json(request.body);
    for (const field of ['id', 'from', 'name', 'text']) {
      if (typeof greeting?.[field] !== 'string') throw new hospes.HospesError('invalid', `${field} is missing`);
    }
    return {
      answer: hospes.answer(200, hospes.config.get('answer')),
      messages: [
        {
          externalId: greeting.id,
          conversation: greeting.from,
          kind: 'message',
          sender: [{ scheme: 'email', issuer: '', value: greeting.from, attested: false }],
          sentAt: greeting.at,
          text: greeting.text,
          attributes: hospes.attributes({ name: greeting.name }),
        },
      ],
    };
  },
};
