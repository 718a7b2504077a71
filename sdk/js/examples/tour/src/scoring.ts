// `scoring`: how loyal a customer is. A point for each hundred of orders in CNY, five for each message.

import type { Scoring } from 'hospes';
import type { CustomerScore, Subject } from 'hospes:plugin/scoring@0.1.0';
import type { Attribute } from 'hospes:plugin/types@0.1.0';

import { staffIsChinese } from './shop';

export const scoring: Scoring = {
  score(subjects) {
    const chinese = staffIsChinese();
    // A customer of whom nothing is known gets no score, not the worst one.
    return subjects.map((subject) => loyalty(subject, chinese)).filter((score) => score !== null);
  },
};

function loyalty(subject: Subject, chinese: boolean): CustomerScore | null {
  let value = 0;
  const reasons: string[] = [];
  for (const amount of subject.attributes.map(orders).filter((amount) => amount !== null)) {
    // Money is decimal text and never a floating-point number. What stands behind the point gives nothing here.
    const earned = Math.floor(parseInt(amount, 10) / 100);
    value += earned;
    reasons.push(chinese ? `订单 ${amount} CNY：${earned}` : `${amount} CNY of orders: ${earned}`);
  }
  const written = subject.touches.filter((touch) => touch.inbound).length;
  if (written > 0) {
    value += 5 * written;
    reasons.push(chinese ? `${written} 条消息：${5 * written}` : `${written} messages: ${5 * written}`);
  }
  if (reasons.length === 0) return null;
  const grade = value >= 50 ? 'gold' : value >= 20 ? 'silver' : 'bronze';
  return { subject: subject.id, name: 'loyalty', value, grade, reasons };
}

/** The amount of the orders in CNY. The figure stands once for each currency. */
function orders({ name, value }: Attribute): string | null {
  if (name !== 'order_total' || value.tag !== 'money' || value.val.currency !== 'CNY') return null;
  return /^\d{1,15}(\.\d{1,2})?$/.test(value.val.amount) ? value.val.amount : null;
}
