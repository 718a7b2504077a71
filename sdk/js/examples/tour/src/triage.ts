// `triage`: what messages are about.

import * as hospes from 'hospes';
import type { Triage } from 'hospes';

const BUYING = ['how much', 'price', '多少钱'];

export const triage: Triage = {
  classify(subjects) {
    // A setting that is a list; the manifest has its default.
    const urgent: string[] = hospes.config.get('urgent-words').map((word: string) => word.toLowerCase());
    return subjects.map((subject) => {
      const text = subject.text.toLowerCase();
      const danger = urgent.find((word) => text.includes(word));
      const reason = danger ?? BUYING.find((word) => text.includes(word));
      return {
        // An empty class says "unsure": the host's own rules judge then.
        class: danger ? 'after-sales' : reason ? 'purchase' : '',
        priority: danger ? 'urgent' : 'normal',
        language: languageOf(text),
        sentiment: danger ? -0.5 : 0,
        tags: danger ? ['safety'] : [],
        reasons: reason ? [reason] : [],
      };
    });
  },
};

function languageOf(text: string): string {
  if (/\p{Script=Han}/u.test(text)) return 'zh-CN';
  return /[a-z]/.test(text) ? 'en' : '';
}
