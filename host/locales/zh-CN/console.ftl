# The console's frame and its small pages.
skip = 跳到正文
nav-label = 主导航
nav-inbox = 收件箱
nav-plugins = 插件
menu-label = { $name } 的菜单
menu-visitor = 语言和外观
menu-language = 语言
menu-theme = 外观
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
menu-password = 修改密码
menu-sign-out = 退出登录
role-agent = 坐席
role-supervisor = 主管
role-administrator = 管理员
list-comma = 、
role-sales = 销售
role-marketing = 市场
role-after-sales = 售后
role-finance = 财务
role-auditor = 审计

sign-in-title = 登录
sign-in-email = 邮箱
sign-in-password = 密码
sign-in-button = 登录
sign-in-wrong = 邮箱或密码不对。
sign-in-too-often = 尝试次数太多，请在 { $count } 分钟后再试。
sign-in-changed = 密码已修改，请用新密码登录。
sign-in-first = 还没有人可以登录
sign-in-first-hint = 用启动时打印的管理员令牌创建第一个用户，再为其设置密码：

password-title = 修改密码
password-current = 当前密码
password-new = 新密码
password-again = 再输入一次新密码
password-rule = 10 到 200 个字符，至少 5 个不同的字符。修改后，所有已登录的设备都要重新登录。
password-button = 修改密码
password-current-wrong = 当前密码不对。
password-again-differs = 两次输入的新密码不一样。
password-too-easy = 新密码太短或太容易猜到：要 10 到 200 个字符，至少 5 个不同的字符。

ended-text = 登录已过期，什么都没有保存。您填写的内容还在本页：请在新窗口登录，回来后再发送一次。
ended-link = 在新窗口登录
again-title = 请确认后再发送
again-text = 这个页面比您的登录更旧，所以什么都没有做。您填写的内容在下面。
again-signed-out = 登录已过期，所以什么都没有做。您填写的内容在下面，可以复制；请重新登录。
again-button = 再发送一次

fault-later = 现在无法完成，请过几分钟再试。

time-now = 刚刚
time-minutes-ago = { $count } 分钟前
time-hours-ago = { $count } 小时前
time-days-ago = { $count } 天前
time-minutes-ahead = { $count } 分钟后
time-hours-ahead = { $count } 小时后
time-days-ahead = { $count } 天后

problem-denied = 您没有权限查看这个页面。
problem-not-found = 没有这个页面。
problem-later = 暂时无法显示，请过几分钟再试。
problem-internal = 系统出错了。管理员可以在日志里找到原因。
problem-malformed = 无法理解这个请求。

bell-label = { $count ->
    [0] 通知
   *[other] 通知，{ $count } 条未读
}
notifications-title = 通知
notifications-which = 哪些通知
notifications-all = 全部
notifications-unread = 未读
notifications-unread-mark = 未读：
notifications-none = 没有通知。
notifications-read = 标为已读
notifications-read-all = 全部标为已读
