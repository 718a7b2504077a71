// The few words that stand for what has none, in the company's language: WhatsApp doesn't tell the sender's.

/** In which language a line is written. */
export type Language = 'zh-CN' | 'en';

const WORDS: Record<string, [chinese: string, english: string]> = {
  address_message: ['地址', 'address'],
  call: ['来电', 'call'],
  call_permission_reply: ['通话许可', 'call permission'],
  changed_number: ['更换号码', 'changed number'],
  contacts: ['名片', 'contact'],
  form: ['表单', 'form'],
  identity_changed: ['账号安全码已变更', 'security code changed'],
  location: ['位置', 'location'],
  missed_call: ['未接来电', 'missed call'],
  order: ['订单', 'order'],
  reaction: ['表情回应', 'reaction'],
  request_welcome: ['打开会话', 'opened the chat'],
  sticker: ['贴纸', 'sticker'],
  total: ['合计', 'total'],
  unsupported: ['无法显示的消息', 'message that can’t be shown'],
};

/** The word for a kind of content; the kind itself where it has no word of its own. */
export function word(kind: string, language: Language): string {
  const known = WORDS[kind];
  return known === undefined ? kind : known[language === 'en' ? 1 : 0];
}

/** What stands in brackets before a line: `[位置]`. */
export function label(kind: string, language: Language): string {
  return `[${word(kind, language)}]`;
}
