// `identity`: how frame numbers are written, by which a bicycle's owner is known.

import * as hospes from 'hospes';
import type { Pair } from 'hospes:plugin/identity@0.1.0';
import type { Identity } from 'hospes:plugin/types@0.1.0';

import { staffIsChinese } from './shop';

export const identity = {
  normalize(identities: Identity[]) {
    return identities.map((one) => {
      // Only the manifest's `[[wants.identities]]` come; accounts of the app are right as they are.
      if (one.scheme !== 'bike-frame') return one;
      const value = one.value.replaceAll(/[ -]/g, '').toUpperCase();
      if (!/^[A-Z0-9]{6,17}$/.test(value)) {
        const message = `“${one.value}” is no frame number: those have 6 to 17 letters and digits.`;
        throw new hospes.HospesError('invalid', message);
      }
      return { ...one, value };
    });
  },

  compare(pairs: Pair[]) {
    const [same, different] = staffIsChinese()
      ? ['车架号相同', '车架号不同']
      : ['the same frame number', 'different frame numbers'];
    // Logarithms of likelihood ratios. Bicycles are sold on, so a frame isn't proof; people own several, so two frames say
    // little.
    return pairs.map(({ left, right }) =>
      left.value === right.value ? { weight: 6, reason: same! } : { weight: -1, reason: different! },
    );
  },
};
