// What people read, in both languages. A failure stands in the person's settings, so it says first what to do.

import { config } from 'hospes';

/** A language that people read. */
export type Language = 'zh-CN' | 'en';

const EN = {
  open: 'Open',
  empty: 'You have a notification.',
  colon: ': ',
  code: '{service} error',

  noAddress: 'Enter your {service} user id, open_id or e-mail address under "notifications" in your settings: no address is known for you.',
  badAddress: 'The address under "notifications" in your settings is none of {service}’s: write an open_id (ou_…), a user id or an e-mail address.',
  noAppId: 'Nothing can be sent: an administrator has to set `app-id` of the {service} plugin.',
  slow: '{service} is slow to answer; it is tried again.',

  busy: '{service} takes no more messages for a moment; it is tried again.',
  sending: '{service} is still sending this message; it is asked again.',
  down: '{service} can’t be reached or doesn’t answer as it should; it is tried again.',
  tokenRefused: '{service} refuses an access token that it has just made; it is tried again.',
  grant: 'An administrator has to grant the {service} plugin what it asks for.',
  scope: 'An administrator has to give the {service} app the permission im:message:send_as_bot (for user ids contact:user.employee_id:readonly, too) and publish a version.',
  noBot: 'An administrator has to add the bot to the {service} app’s features and publish a version.',
  ipAddress: 'An administrator has to add this server to the IP allowlist in the {service} app’s security settings.',
  quota: 'The {service} app has used up its calls for this month.',
  appOff: 'The {service} app isn’t installed or is switched off: an administrator has to enable it in {service}’s admin console.',
  admin: 'The company’s {service} administrator has to look into it: the key that messages are encrypted with is gone.',
  outsideAvailability: 'You aren’t within the {service} app’s availability: an administrator has to add you there and publish a version.',
  blocked: 'You have stopped this bot in {service}: open its chat there and allow messages again.',
  resigned: '{service} says that this person has left: write another address under "notifications" in your settings.',
  unknownPerson: '{service} knows nobody by this address: write your e-mail address in {service}, user id or open_id (of this app) under "notifications" in your settings.',
  otherCompany: 'This person belongs to another company in {service}: write an address of your own company under "notifications" in your settings.',
  group: 'The bot may not write in this group: add it to the group and let it speak there.',
  content: '{service}’s or your company’s rules let this text not pass; read it here.',
  invalid: '{service} doesn’t take this message.',
  unknown: '{service} refused the message.',
  credentials: 'An administrator has to compare `app-id`, `app-secret` and `api-url` (open.feishu.cn or open.larksuite.com) of the {service} plugin with the app’s credentials.',
  wrongAddress: 'An administrator has to check `api-url` of the {service} plugin: what answers there isn’t {service}.',
};

/** The name of a text. */
export type Advice = keyof typeof EN;

const ZH: Record<Advice, string> = {
  open: '查看',
  empty: '您有一条通知。',
  colon: '：',
  code: '{service}错误',

  noAddress: '请在个人设置的“通知”中填写{service}用户 ID、open_id 或邮箱：目前没有您的地址。',
  badAddress: '个人设置“通知”中的地址不是{service}地址：请填写 open_id（ou_ 开头）、用户 ID 或邮箱。',
  noAppId: '无法发送：请管理员填写{service}插件的设置 `app-id`。',
  slow: '{service}应答缓慢，稍后自动重试。',

  busy: '{service}暂时不再接收消息（限频），稍后自动重试。',
  sending: '{service}仍在发送这条消息，稍后再确认。',
  down: '无法连接{service}或应答异常，稍后自动重试。',
  tokenRefused: '{service}拒绝了刚刚签发的访问令牌，稍后自动重试。',
  grant: '请管理员授予{service}插件所申请的权限。',
  scope: '请管理员为{service}应用开通权限 im:message:send_as_bot（使用用户 ID 时还需 contact:user.employee_id:readonly）并发布版本。',
  noBot: '请管理员在{service}应用中添加机器人能力并发布版本。',
  ipAddress: '请管理员在{service}应用的安全设置中把本服务器加入 IP 白名单。',
  quota: '{service}应用本月的调用额度已用完。',
  appOff: '{service}应用未安装或已停用：请管理员在{service}管理后台启用。',
  admin: '请联系企业的{service}管理员：消息的加密密钥已被删除。',
  outsideAvailability: '您不在{service}应用的可用范围内：请管理员把您加入可用范围并发布版本。',
  blocked: '您在{service}中停止了接收该机器人的消息：请打开与它的会话，重新允许接收。',
  resigned: '{service}显示此人已离职：请在个人设置的“通知”中改填其他地址。',
  unknownPerson: '{service}查不到这个地址：请在个人设置的“通知”中填写您的{service}邮箱、用户 ID 或（本应用的）open_id。',
  otherCompany: '此人属于{service}中的其他企业：请在个人设置的“通知”中填写本企业的地址。',
  group: '机器人不能在该群发言：请把它加入群并允许发言。',
  content: '内容未通过{service}或贵公司的审核，请在此处查看。',
  invalid: '{service}不接受这条消息。',
  unknown: '{service}拒绝了这条消息。',
  credentials: '请管理员核对{service}插件的 `app-id`、`app-secret` 和 `api-url`（open.feishu.cn 或 open.larksuite.com）与应用凭证是否一致。',
  wrongAddress: '请管理员检查{service}插件的设置 `api-url`：该地址应答的不是{service}。',
};

/** A text in somebody's language; it calls the service by the name that the company knows it by. */
export function text(language: Language, name: Advice): string {
  return (language === 'zh-CN' ? ZH : EN)[name].replaceAll('{service}', service(language));
}

/** A text with what it is about in brackets. */
export function detailed(language: Language, name: Advice, detail: string): string {
  return language === 'zh-CN' ? `${text(language, name)}（${detail}）` : `${text(language, name)} (${detail})`;
}

function service(language: Language): string {
  if (/larksuite/i.test(String(config.get('api-url')))) return 'Lark';
  return language === 'zh-CN' ? '飞书' : 'Feishu';
}
