// `survey`: asks how the repair was, and reads the answers.

import * as hospes from 'hospes';
import type { Survey } from 'hospes';

import { isChinese } from './shop';

export const survey: Survey = {
  compose(ticket) {
    const fields = hospes.object(ticket.attributes);
    if (['spam', 'chatter'].includes(fields.class)) return null;
    const chinese = isChinese(fields.language);
    const labels = chinese ? ['不满意', '一般', '满意'] : ['Bad', 'Fair', 'Good'];
    return {
      kind: 'csat',
      language: chinese ? 'zh-CN' : 'en',
      question: chinese ? '车修得满意吗？' : 'How was the repair?',
      options: labels.map((label, index) => ({ rating: index + 1, label })),
      commentQuestion: chinese ? '还想说点什么？' : 'Anything to add?',
      delayMs: hospes.config.get('survey-delay-minutes') * 60_000,
    };
  },

  read(answer) {
    const clicked = typeof answer.rating === 'number';
    if (clicked && ![1, 2, 3].includes(answer.rating!)) {
      throw new hospes.HospesError('invalid', `${answer.rating} isn’t one of 1, 2 and 3.`);
    }
    const read = clicked ? { rating: answer.rating!, comment: answer.text.trim() } : reply(answer.text);
    // Customers also write something new while a question is open. When in doubt it is no answer, and goes on as a message.
    if (!read) return { comment: '' };
    // From 0 to 1, so that surveys of different scales compare.
    return { ...read, normalized: (read.rating - 1) / 2 };
  },
};

/** A reply such as `2, a bit slow`. `3 bicycles` begins with a number, too, and is none. */
function reply(text: string): { rating: number; comment: string } | null {
  const found = /^([1-3])(?:$|[,.!，。！][,.!，。！ ]*)(.*)$/su.exec(text.trim());
  return found && { rating: Number(found[1]), comment: found[2]! };
}
