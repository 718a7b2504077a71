// Shows a customer's loyalty points.
const points = (text) => [
  { tag: 'heading', val: 'Loyalty' },
  { tag: 'text', val: text },
];

export const panel = {
  render() {
    return [...points('No points yet.'), { tag: 'buttons', val: [{ name: 'give', label: 'Give 10' }] }];
  },
  act(action) {
    if (action.name !== 'give') throw new hospes.HospesError('unsupported', `there is no button ${action.name}`);
    return points('10 points.');
  },
};
