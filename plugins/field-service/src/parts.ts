// Parts that were used: checked, recorded, written for people.

import * as settings from './settings';
import { LINE, bounded, invalid } from './failure';
import { type Part, type Visit, create } from './store';
import { type Language, t } from './texts';

/** The most of one part: more is taken for a mistake. */
const MOST_QUANTITY = 10_000;

/** A part as somebody enters it. */
export interface EnteredPart {
  article: string;
  articleNumber?: string;
  quantity?: number;
  serialNumber?: string;
  unitPrice?: string;
  currency?: string;
  underWarranty?: boolean;
}

/** A part that makes sense. */
export type CheckedPart = Omit<Part, 'id'>;

/** Looks at a part that was entered. */
export function check(entered: EnteredPart, language: Language): CheckedPart {
  const line = (text: string | undefined, zh: string, en: string) => bounded(text ?? '', LINE, { zh, en }, language);
  const article = line(entered.article, '配件名称', 'the name of a part');
  if (article === '') throw invalid(language, '缺少配件名称', 'the part has no name');
  const quantity = entered.quantity ?? 1;
  const isWithin = quantity > 0 && quantity <= MOST_QUANTITY;
  // Thousandths are enough for metres and litres; what is finer isn't kept exactly.
  if (!isWithin || Math.abs(quantity * 1_000 - Math.round(quantity * 1_000)) > 1e-6) {
    throw invalid(
      language,
      `“${article}”的数量须大于 0、不超过 ${MOST_QUANTITY}，最多三位小数`,
      `the quantity of “${article}” has to be above 0 and ${MOST_QUANTITY} at most, with three decimals at most`,
    );
  }
  const serialNumber = line(entered.serialNumber, '序列号', 'a serial number');
  if (serialNumber !== '' && quantity !== 1) {
    throw invalid(language, `有序列号的“${article}”数量须为 1`, `“${article}” has a serial number, so its quantity is 1`);
  }
  return {
    article,
    articleNumber: line(entered.articleNumber, '配件编号', 'an article number'),
    quantity,
    serialNumber,
    unitPrice: price(entered, article, language),
    underWarranty: entered.underWarranty ?? false,
  };
}

function price(entered: EnteredPart, article: string, language: Language): Part['unitPrice'] {
  const amount = (entered.unitPrice ?? '').normalize('NFKC').trim().replace(/^[¥$€£]\s*/, '').replace(/,(?=\d{3}(\D|$))/g, '');
  if (amount === '') return undefined;
  if (!/^\d{1,10}(\.\d{1,2})?$/.test(amount)) {
    throw invalid(
      language,
      `“${article}”的单价“${entered.unitPrice}”有误，请写作 120.00`,
      `“${entered.unitPrice}” is no price of “${article}”; write 120.00`,
    );
  }
  const currency = (entered.currency ?? '').trim().toUpperCase() || settings.currency();
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw invalid(language, `“${entered.currency}”不是币种，请写作 CNY`, `“${entered.currency}” is no currency; write CNY`);
  }
  return { amount, currency };
}

/** Records a part on a visit. */
export function record(part: CheckedPart, visit: Visit): void {
  create('service-part', {
    article: part.article,
    visit_id: visit.id,
    customer_id: visit.customer || undefined,
    article_number: part.articleNumber || undefined,
    quantity: part.quantity,
    serial_number: part.serialNumber || undefined,
    unit_price: part.unitPrice,
    under_warranty: part.underWarranty,
  });
}

/** A part in a line. */
export function line(part: CheckedPart, language: Language): string {
  const number = part.articleNumber === '' ? '' : ` (${part.articleNumber})`;
  const details = [
    part.serialNumber === '' ? '' : `${t(language, 'serialNumber')} ${part.serialNumber}`,
    part.unitPrice === undefined ? '' : `${t(language, 'unitPrice')} ${part.unitPrice.amount} ${part.unitPrice.currency}`,
    part.underWarranty ? t(language, 'underWarranty') : '',
  ].filter((detail) => detail !== '');
  return [`${part.article}${number} × ${part.quantity}`, ...details].join(language === 'en' ? ', ' : '，');
}
