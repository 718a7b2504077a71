# 登录方式。
menu-account = 登录与设备
sign-in-code-title = 还差一步
sign-in-code = 验证码
sign-in-code-hint = 输入验证器显示的六位数字，或设置时记下的备用码。
sign-in-code-wrong = 验证码错误、已过期或已用过。
sign-in-again = 重新登录
account-title = 登录与设备
account-must-enrol = 您的角色需要第二重验证。请在下方设置，设置之前无法进行其他操作。
account-conflict = 现在无法执行：第二重验证已存在，或没有正在进行的设置。
account-second = 第二重验证
account-second-on = 已启用
account-second-off = 未启用
account-second-why = 启用后，仅凭被盗的密码无法登录：还需要手机上的验证码。
account-second-begin = 开始设置
account-second-scan = 用验证器应用扫描：
account-second-picture = 用于扫描的二维码
account-second-type = 或在应用中输入此密钥：
account-second-first = 应用现在显示的验证码
account-second-confirm = 启用
account-second-remove = 停用
account-codes = 设备丢失时的备用码
account-codes-hint = 每个只能用一次，且仅显示这一次：请记下并与设备分开保管。
account-codes-left = { $count ->
    [0] 备用码已用完。请停用后重新启用第二重验证以获得新的备用码。
   *[other] 还剩 { $count } 个备用码。
}
account-sessions = 已登录的设备
account-unknown = 未知浏览器
account-used = 最近使用
account-this = 当前
account-end-others = 退出其他所有设备
account-policy = 哪些角色必须启用第二重验证
account-policy-hint = 这些角色的人员在打开下一个页面时须先完成设置。

sign-in-forgotten = 忘记密码？
forgotten-title = 忘记密码
forgotten-how = 我们会发送一封邮件，通过其中的链接设置新密码。
forgotten-button = 发送链接
forgotten-sent = 如果有使用此邮箱的同事，邮件已在发送途中，链接 30 分钟内有效。
forgotten-no-mail = 此服务器不发送邮件，请联系管理员重设密码。
new-password-title = 设置密码
new-password-rule = 10 到 200 个字符，至少包含五个不同的字符。
new-password-button = 设置密码
new-password-gone = 此链接已使用过或已超过 30 分钟。
sign-in-provider = 通过{$name}登录
sign-in-provider-ended = 登录未完成，请重新开始。
