// Asks whether the problem is solved.
export const survey = {
  compose(ticket) {
    const chinese = String(hospes.object(ticket.attributes).language ?? '').startsWith('zh');
    return {
      kind: 'thumbs',
      language: chinese ? 'zh-CN' : 'en',
      question: chinese ? '问题解决了吗？' : 'Is the problem solved?',
      options: [
        { rating: 1, label: chinese ? '解决了' : 'Yes' },
        { rating: 0, label: chinese ? '没有' : 'No' },
      ],
      commentQuestion: '',
      delayMs: 0,
    };
  },
  read(answer) {
    return { rating: answer.rating, normalized: answer.rating, comment: answer.text };
  },
};
