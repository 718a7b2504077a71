// The line that people read of a touch.

const WORDS = new Map([
  ['visit', ['打开', 'opened']],
  ['page-view', ['浏览页面', 'page view']],
  ['product-view', ['浏览商品', 'product view']],
  ['click', ['点击', 'click']],
  ['search', ['搜索', 'search']],
  ['cart', ['加入购物车', 'added to cart']],
  ['share', ['分享', 'shared']],
  ['order', ['下单', 'order placed']],
]);

/**
 * `[浏览商品] 净水器 RO-600G 1299.00 CNY`.
 *
 * @param {string} type
 * @param {Record<string, any>} facts what was read of the touch
 * @param {string} language `zh-CN` or `en`
 */
export function line(type, facts, language) {
  const word = WORDS.get(type)?.[language === 'en' ? 1 : 0] ?? type;
  return joined([`[${word}]`, joined(said(type, facts), ' · ')], ' ');
}

function said(type, facts) {
  const page = facts.title ?? facts.page;
  switch (type) {
    case 'visit':
      return [page, facts.source];
    case 'click':
      return [facts.element, page];
    case 'search':
      return [facts.query];
    case 'order':
      return order(facts.order);
    default:
      return facts.product === undefined ? [page] : [product(facts.product)];
  }
}

function product(one) {
  const name = one.name === undefined ? one.id : `${one.name} ${one.id}`;
  return joined([name, one.quantity === undefined ? '' : `× ${one.quantity}`, amount(one.price)], ' ');
}

/** Number, total, and the first products of an order. */
function order(one) {
  const items = (one?.items ?? []).map((item) => item?.name ?? item?.id);
  return [one?.number, amount(one?.total), joined(items.slice(0, 5), '、')];
}

function amount(money) {
  return money === undefined ? '' : `${money.amount} ${money.currency}`;
}

/** Parts that say something, joined. */
function joined(parts, between) {
  return parts.filter((part) => part).join(between);
}
