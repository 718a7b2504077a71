// Shows a customer's loyalty points.
export const panel = {
  render() {
    return [
      { tag: 'heading', val: 'Loyalty' },
      { tag: 'text', val: 'No points yet.' },
      { tag: 'buttons', val: [{ name: 'give', label: 'Give 10' }] },
    ];
  },
  act(action) {
    if (action.name !== 'give') throw new hospes.HospesError('unsupported', `there is no button ${action.name}`);
    return [
      { tag: 'heading', val: 'Loyalty' },
      { tag: 'text', val: '10 points.' },
    ];
  },
};
