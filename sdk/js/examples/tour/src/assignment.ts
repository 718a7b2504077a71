// `assignment`: a ticket goes to the least busy mechanic who speaks the customer's language.

import * as hospes from 'hospes';
import type { Assignment } from 'hospes';
import type { Candidate } from 'hospes:plugin/assignment@0.1.0';

import { staffIsChinese } from './shop';

export const assignment: Assignment = {
  choose(ticket, candidates) {
    const { language = '' } = hospes.object(ticket.attributes);
    const fits = candidates.filter(
      (one) => one.openTickets < one.capacity && (language === '' || languages(one).includes(language)),
    );
    const [chosen] = fits.toSorted((one, other) => one.openTickets - other.openTickets);
    return chosen && { user: chosen.user, reason: reason(chosen, language) };
  },
};

/** Attributes may be missing, or be something else in a later host: that counts as none. */
function languages(candidate: Candidate): unknown[] {
  const spoken = hospes.object(candidate.attributes).languages;
  return Array.isArray(spoken) ? spoken : [];
}

function reason({ name, openTickets, capacity }: Candidate, language: string): string {
  if (staffIsChinese()) {
    return `${name}${language === '' ? '最空闲' : `会 ${language}`}，当前 ${openTickets}/${capacity} 张工单`;
  }
  const why = language === '' ? 'is the least busy' : `speaks ${language}`;
  return `${name} ${why}, ${openTickets} of ${capacity} tickets open`;
}
