// What people read, in both languages.

/** The languages that the plugin speaks. */
export type Language = 'zh-CN' | 'en';

/** The plugin's language for a tag such as `zh-Hans-CN`; none where it speaks neither. */
export function spoken(tag: string): Language | undefined {
  const [first] = tag.toLowerCase().split(/[-_]/);
  if (first === 'zh') return 'zh-CN';
  return first === 'en' ? 'en' : undefined;
}

type Pair = readonly [zh: string, en: string];

const STATES: Record<string, Pair> = {
  proposed: ['待安排', 'proposed'],
  planned: ['已安排', 'planned'],
  confirmed: ['客户已确认', 'confirmed'],
  'on-the-way': ['已出发', 'on the way'],
  'on-site': ['已到达', 'on site'],
  done: ['已完成', 'done'],
  cancelled: ['已取消', 'cancelled'],
  missed: ['已错过', 'missed'],
};

const TYPES: Record<string, Pair> = {
  repair: ['维修', 'Repair'],
  installation: ['安装', 'Installation'],
  maintenance: ['保养', 'Maintenance'],
  inspection: ['检测', 'Inspection'],
  other: ['其他', 'Other'],
};

const OUTCOMES: Record<string, Pair> = {
  resolved: ['已解决', 'Resolved'],
  'follow-up': ['需再次上门', 'Another visit is needed'],
  'not-resolved': ['未解决', 'Not resolved'],
  'no-access': ['无法进入现场', 'No access to the site'],
};

const WEEKDAYS: Record<string, Pair> = {
  mon: ['星期一', 'Monday'],
  tue: ['星期二', 'Tuesday'],
  wed: ['星期三', 'Wednesday'],
  thu: ['星期四', 'Thursday'],
  fri: ['星期五', 'Friday'],
  sat: ['星期六', 'Saturday'],
  sun: ['星期日', 'Sunday'],
};

const TEXTS = {
  visits: ['上门服务', 'Visits'],
  assets: ['设备', 'Assets'],
  noVisits: ['还没有上门。', 'There are no visits yet.'],
  subject: ['事由', 'Subject'],
  type: ['类型', 'Type'],
  state: ['状态', 'State'],
  window: ['时段', 'Window'],
  engineer: ['工程师', 'Engineer'],
  warning: ['提示', 'Warning'],
  noTime: ['未定', 'not set'],
  day: ['日期', 'Day'],
  from: ['开始时间（时:分）', 'From (HH:MM)'],
  to: ['结束时间（时:分）', 'To (HH:MM)'],
  siteZone: ['现场时区（不填则用工程师的时区）', "Time zone of the site (the engineer's, if left empty)"],
  address: ['地址', 'Address'],
  customerAgreed: ['客户已确认', 'The customer has agreed'],
  allowOverlap: ['允许与其他上门重叠', 'Allow overlapping visits'],
  which: ['安排哪一次', 'Which visit'],
  newVisit: ['新的上门', 'A new visit'],
  plan: ['安排上门', 'Plan the visit'],
  confirm: ['客户已确认', 'Confirmed'],
  setOut: ['出发', 'Set out'],
  arrive: ['到达', 'Arrived'],
  saveChecklist: ['保存检查单', 'Save the checklist'],
  mandatory: ['（必检）', ' (required)'],
  article: ['配件', 'Part'],
  articleNumber: ['配件编号', 'Article number'],
  quantity: ['数量', 'Quantity'],
  serialNumber: ['序列号', 'Serial number'],
  unitPrice: ['单价', 'Unit price'],
  currency: ['币种', 'Currency'],
  underWarranty: ['保修内', 'Under warranty'],
  addPart: ['记录配件', 'Record the part'],
  outcome: ['结果', 'Outcome'],
  travelMinutes: ['路程分钟', 'Travel minutes'],
  workMinutes: ['作业分钟', 'Work minutes'],
  report: ['服务记录', 'Report'],
  signedBy: ['签字人', 'Signed by'],
  complete: ['完成上门', 'Complete the visit'],
  reason: ['原因', 'Reason'],
  cancel: ['取消上门', 'Cancel the visit'],
  model: ['型号', 'Model'],
  location: ['位置', 'Location'],
  warrantyUntil: ['保修截止', 'Warranty until'],
  nextMaintenance: ['下次保养', 'Next maintenance'],
  summaryDone: ['上门服务已完成：', 'Visit completed: '],
  parts: ['配件：', 'Parts:'],
  noParts: ['未使用配件', 'No parts were used'],
  checklist: ['检查单：', 'Checklist: '],
  notChecked: ['未检查：', 'Not checked: '],
  planAgain: ['重新安排上门：', 'Plan another visit: '],
  wasCancelled: ['上门已取消。', 'The visit was cancelled.'],
  wasMissed: [
    '时段已过，无人出发，也没有结果。请联系客户并重新安排。',
    'Its window has passed, and nobody set out or reported. Contact the customer and plan another one.',
  ],
  maintenanceDue: ['保养到期：', 'Maintenance due: '],
  colon: ['：', ': '],
} satisfies Record<string, Pair>;

/** The key of a text. */
export type TextKey = keyof typeof TEXTS;

const chosen = (pair: Pair, language: Language) => pair[language === 'en' ? 1 : 0];

/** A text. */
export const t = (language: Language, key: TextKey): string => chosen(TEXTS[key], language);

const word = (words: Record<string, Pair>) => (language: Language, key: string): string => {
  const pair = words[key];
  return pair === undefined ? key : chosen(pair, language);
};

/** A visit's state in words. */
export const stateText = word(STATES);
/** A visit's type in words. */
export const typeText = word(TYPES);
/** A visit's outcome in words. */
export const outcomeText = word(OUTCOMES);
/** A day of the week in words. */
export const weekdayText = word(WEEKDAYS);

/** All types, and all outcomes. */
export const VISIT_TYPES = Object.keys(TYPES);
export const OUTCOME_WORDS = Object.keys(OUTCOMES);

/** One of two texts. */
export const either = (language: Language, zh: string, en: string): string => (language === 'en' ? en : zh);

/** A text of at most so many characters. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
