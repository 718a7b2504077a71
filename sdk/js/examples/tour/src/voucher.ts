// A voucher for the next repair, as it lies in the installation's store.

/** The keys of all of them begin with this; a ticket's id follows. */
export const PREFIX = 'voucher/';

export interface Voucher {
  /** What the customer shows. */
  code: string;
  /** Until when it counts, in microseconds since 1970. */
  until: number;
}
