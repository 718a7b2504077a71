# 渠道收到、但没有成为消息的内容。

deliveries-title = { $name }：未入会话的来件
deliveries-about = 该渠道已接收但没有生成消息的来件，按原样保留 14 天，可以手动转为消息。
deliveries-none = 没有保留的来件。
deliveries-all = 同时显示已转为消息的
deliveries-waiting-only = 只看待处理的
deliveries-older = 更早的
deliveries-count = { $count } 条未入会话的来件

delivery-reason-no-message = 插件未识别出消息
delivery-reason-no-id = 消息缺少编号
delivery-reason-no-sender = 发件人不明
delivery-reason-plugin-failed = 插件处理失败
delivery-reason-automatic = 自动回复
delivery-reason-own = 我方自己发出的
delivery-reason-unknown-kind = 未知的消息类型
delivery-reason-service-notice = 系统通知
delivery-reason-unreadable = 无法解析
delivery-no-text = （无文字内容）
delivery-state-accepted = 已转为消息
delivery-received = 接收时间
delivery-detail = 原因
delivery-id = 编号
delivery-size = 大小
delivery-bytes = { $count } 字节
delivery-contact = 发件人邮箱或手机号（选填）
delivery-contact-help = 留空则按渠道识别的发件人处理；无法识别时新建客户。
delivery-accept = 转为消息
delivery-accepted = 已转为消息。
delivery-ticket = 查看工单
delivery-request = 原始内容
delivery-body = 请求正文
delivery-cut = 仅显示开头部分，完整内容可通过 API 获取。

fault-delivery-contact = 无法识别为邮箱地址或手机号。
