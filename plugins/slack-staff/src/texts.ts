// What people read, in both languages. A failure stands in the person's settings, so it says first what to do.

/** A language that people read. */
export type Language = 'zh-CN' | 'en';

const EN = {
  open: 'Open',
  empty: 'You have a notification.',
  colon: ': ',
  code: 'Slack error',

  noAddress: 'Enter your Slack member id or e-mail address under "notifications" in your settings: no address is known for you.',
  badAddress: 'The address under "notifications" in your settings is none of Slack’s: write a member id (U…, from "Copy member ID" in your Slack profile), a channel or an e-mail address.',
  slow: 'Slack is slow to answer; it is tried again.',

  busy: 'Slack takes no more messages for a moment; it is tried again.',
  down: 'Slack can’t be reached or doesn’t answer as it should; it is tried again.',
  moving: 'The workspace is being moved within Slack; it is tried again.',
  grant: 'An administrator has to grant the Slack plugin what it asks for.',
  token: 'An administrator has to set the secret `bot-token` of the Slack plugin to the app’s Bot User OAuth Token (xoxb-…).',
  scope: 'An administrator has to give the Slack app the scopes chat:write, users:read and users:read.email and install it into the workspace again.',
  admin: 'The rules of your company’s Slack don’t let the app post: a Slack administrator has to allow it.',
  messagesTab: 'An administrator has to switch on the Messages Tab under "App Home" of the Slack app.',
  notInChannel: 'The Slack app isn’t in this channel: invite it there with /invite.',
  restricted: 'Not everybody may post in this channel: a Slack administrator has to allow it for the app.',
  unknownPerson: 'Slack knows no active member by this e-mail address or id: write your member id (U…) under "notifications" in your settings.',
  unknownChannel: 'Slack knows no such member or channel, or the app isn’t in the private channel: check the address under "notifications" in your settings, or invite the app.',
  archived: 'The channel is archived: write another address under "notifications" in your settings.',
  invalid: 'Slack doesn’t take this message.',
  unknown: 'Slack refused the message.',
  wrongAddress: 'An administrator has to check `api-url` of the Slack plugin: what answers there isn’t Slack.',
};

/** The name of a text. */
export type Advice = keyof typeof EN;

const ZH: Record<Advice, string> = {
  open: '查看',
  empty: '您有一条通知。',
  colon: '：',
  code: 'Slack 错误',

  noAddress: '请在个人设置的“通知”中填写 Slack 成员 ID 或邮箱：目前没有您的地址。',
  badAddress: '个人设置“通知”中的地址不是 Slack 地址：请填写成员 ID（U 开头，在 Slack 个人资料中“复制成员 ID”）、频道或邮箱。',
  slow: 'Slack 应答缓慢，稍后自动重试。',

  busy: 'Slack 暂时不再接收消息（限频），稍后自动重试。',
  down: '无法连接 Slack 或应答异常，稍后自动重试。',
  moving: '工作区正在 Slack 中迁移，稍后自动重试。',
  grant: '请管理员授予 Slack 插件所申请的权限。',
  token: '请管理员把 Slack 插件的密钥 `bot-token` 设为应用的 Bot User OAuth Token（xoxb- 开头）。',
  scope: '请管理员为 Slack 应用添加权限 chat:write、users:read 和 users:read.email，并重新安装到工作区。',
  admin: '贵公司 Slack 的规定不允许该应用发消息：请 Slack 管理员放行。',
  messagesTab: '请管理员在 Slack 应用的“App Home”中打开 Messages Tab。',
  notInChannel: 'Slack 应用不在该频道中：请用 /invite 邀请它加入。',
  restricted: '该频道限制发言：请 Slack 管理员允许该应用发言。',
  unknownPerson: 'Slack 中没有这个邮箱或 ID 对应的在用成员：请在个人设置的“通知”中填写您的成员 ID（U 开头）。',
  unknownChannel: 'Slack 中没有这个成员或频道，或应用不在该私有频道中：请检查个人设置“通知”中的地址，或邀请应用加入。',
  archived: '该频道已归档：请在个人设置的“通知”中改填其他地址。',
  invalid: 'Slack 不接受这条消息。',
  unknown: 'Slack 拒绝了这条消息。',
  wrongAddress: '请管理员检查 Slack 插件的设置 `api-url`：该地址应答的不是 Slack。',
};

/** A text in somebody's language. */
export function text(language: Language, name: Advice): string {
  return (language === 'zh-CN' ? ZH : EN)[name];
}

/** A text with what it is about in brackets. */
export function detailed(language: Language, name: Advice, detail: string): string {
  return language === 'zh-CN' ? `${text(language, name)}（${detail}）` : `${text(language, name)} (${detail})`;
}
