// Notifies people who work here by a messenger's HTTP interface.
export const messenger = {
  deliver(notifications) {
    return notifications.map((notification) => {
      const text = `${notification.text} ${notification.url}`.trim();
      const response = hospes.http.send({
        method: 'POST',
        url: [{ tag: 'text', val: 'https://messenger.example.com/notify' }],
        headers: [
          { name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: 'messenger-token' }] },
          { name: 'content-type', value: [{ tag: 'text', val: 'application/json' }] },
          { name: 'idempotency-key', value: [{ tag: 'text', val: notification.id }] },
        ],
        body: { tag: 'bytes', val: hospes.bytes(JSON.stringify({ to: notification.address, text })) },
      });
      const message = `the messenger answered ${response.status}`;
      let failure;
      if (response.status >= 500) failure = { code: 'unavailable', message, retryAfterMs: 60_000 };
      else if (response.status >= 300) failure = { code: 'invalid', message };
      return { notification: notification.id, reference: '', failure };
    });
  },
};
