// Joins a partner's system; this one accepts everything and has twelve of each.
export const partner = {
  push(shares) {
    return shares.map((share) => ({ share: share.id, accepted: true, reference: '', message: '' }));
  },
  query(request) {
    if (request.name !== 'stock') throw new hospes.HospesError('unsupported', `it knows nothing of ${request.name}`);
    const { product } = hospes.object(request.parameters);
    const chinese = request.language.startsWith('zh');
    return {
      columns: [
        { name: 'product', title: chinese ? '型号' : 'Product' },
        { name: 'available', title: chinese ? '库存' : 'Available' },
      ],
      rows: [[hospes.value(product), hospes.value(12)]],
    };
  },
};
