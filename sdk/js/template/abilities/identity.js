// Knows how the shop's member numbers are written.
export const identity = {
  normalize(identities) {
    return identities.map((one) => ({ ...one, value: one.value.trim().toLowerCase() }));
  },
  compare(pairs) {
    return pairs.map(({ left, right }) =>
      left.value === right.value
        ? { weight: 4, reason: 'the same number' }
        : { weight: -4, reason: 'two numbers' },
    );
  },
};
