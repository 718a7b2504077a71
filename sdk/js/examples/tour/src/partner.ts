// `partner`: the wholesaler of parts, whose system takes orders and knows its stock.

import * as hospes from 'hospes';
import type { Partner } from 'hospes';

import { text } from './message';
import { isChinese, post, request } from './shop';

const WHOLESALER = 'https://parts.example.com';

export const partner: Partner = {
  push(shares) {
    const orders = shares.map((share) =>
      // The share's id stays the same however often it is pushed.
      post('parts-token', `${WHOLESALER}/orders`, share.id, { note: share.note, subject: share.subject.id }),
    );
    // All at once: one after the other could take longer than the call has.
    return hospes.http.sendMany(orders).map((result, index) => {
      // If one can't be delivered all are pushed again; the wholesaler knows those that it has by their keys.
      if (result.tag === 'err') throw new hospes.HospesError(result.val.code, result.val.message, 30_000);
      const { status, body } = result.val;
      const accepted = isGood(status);
      if (!accepted && status !== 409) throw failed(status);
      // A refusal is an answer, too: people read it on the timeline.
      const { number = '', message = '' } = hospes.json(body);
      return { share: shares[index]!.id, accepted, reference: String(number), message: String(message) };
    });
  },

  query({ name, parameters, language }) {
    if (name !== 'stock') {
      throw new hospes.HospesError('unsupported', 'The wholesaler can be asked for "stock".');
    }
    const { part } = hospes.object(parameters);
    if (typeof part !== 'string') {
      throw new hospes.HospesError('invalid', 'Which part? Give the parameter "part".');
    }
    const url = `${WHOLESALER}/stock?part=${encodeURIComponent(part)}`;
    const response = hospes.http.send(request('parts-token', 'GET', url));
    if (!isGood(response.status)) throw failed(response.status);
    const { items } = hospes.json(response.body);
    const [titlePart, titleStock] = isChinese(language) ? ['配件', '库存'] : ['Part', 'In stock'];
    return {
      columns: [
        { name: 'part', title: titlePart! },
        { name: 'available', title: titleStock! },
      ],
      rows: items.map((item: any) => {
        if (!Number.isSafeInteger(item?.available)) {
          throw new hospes.HospesError('invalid', 'The wholesaler’s answer has a stock that is no number.');
        }
        return [hospes.value(text(item, 'part')), hospes.value(item.available)];
      }),
    };
  },
};

const isGood = (status: number) => status >= 200 && status < 300;

const failed = (status: number) =>
  new hospes.HospesError('unavailable', `The wholesaler answered ${status}.`, 30_000);
