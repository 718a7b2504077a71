# 系统管理员看到的内容：插件缺少什么，以及首次使用的步骤。

plugin-waits-for-setting = 请先在设置中填写地址：{ $name }
plugin-grant-requested = 全部授权
plugin-lacks = 插件已启用，但还缺少：

message-undeliverable = 发送失败：
message-retry = 重新发送
undeliverable-not-set-up = 渠道尚未配置好，请联系管理员。
undeliverable-plugin-failed = 渠道插件出错，请联系管理员。
undeliverable-mail-server-down = 邮件服务器未接收，请联系管理员。
undeliverable-channel-removed = 该渠道已被移除，请联系管理员。
fault-retry-conflict = 没有重新发送：消息正在发送，或已经送达。
fault-retry-invalid = 这条消息无法重新发送。

reply-by-why = 客户留言的渠道不能直接回复，您可以改用以下方式联系客户：
reply-by-to = 收件地址
reply-by-button = 通过邮件回复
fault-reply-by-conflict = 未发送：目前没有可以联系到该客户的渠道，请联系管理员。
fault-reply-by-invalid = 未发送：请填写 1 到 20,000 字的内容并选择地址。

nav-setup = 初始设置（剩 { $count } 项）
setup-title = 初始设置
setup-lead = 完成以下三步即可开始接待客户。请在服务器上或任何装有本程序的电脑上执行命令；令牌就是首次启动时显示的那一个。
setup-done = 已全部完成。
setup-step-done = 已完成
setup-step-open = 待完成
setup-people = 可以登录的员工
setup-people-why = 每位接待客户的员工都使用自己的账号。执行命令时会提示输入密码。
setup-team = 负责所有工单的团队
setup-team-why = 每一类工单都有团队负责，且团队里有成员。
setup-team-untaken = 以下类别的工单还没有人负责：{ $name }
setup-channel = 渠道
setup-channel-why = 还没有启用任何渠道，客户无法联系到您。请启用一个渠道；还缺少什么会显示在插件页面。
setup-channel-there = 已启用：{ $name }
