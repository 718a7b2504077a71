// Takes whatever asks for money back for an urgent complaint.
export const triage = {
  classify(subjects) {
    return subjects.map((subject) => {
      const found = ['refund', '退款'].find((word) => subject.text.toLowerCase().includes(word));
      return {
        class: found ? 'complaint' : 'inquiry',
        priority: found ? 'urgent' : 'normal',
        language: /\p{Script=Han}/u.test(subject.text) ? 'zh-CN' : 'en',
        sentiment: found ? -0.5 : 0,
        reasons: found ? [found] : [],
      };
    });
  },
};
