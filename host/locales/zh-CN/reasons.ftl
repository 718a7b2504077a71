# Why the host did something, by code.
reason-assigned-least-busy = { $team } { $language ->
    [none] { "" }
    [en] 会英语的 { "" }
    [zh] 会中文的 { "" }
   *[other] 会 { $language } 的 { "" }
}{ $available } 位可用成员中最空闲（未结 { $open } / 上限 { $capacity }）
reason-assigned-by = 由 { $by } 分配
reason-assigned-hand-off = 由 { $from } 转交，{ $by } 接收
reason-assigned-plugin = { $reason }（由 { $plugin } 选定）
reason-unassigned-no-team = 没有团队负责这类工单
reason-unassigned-no-agent = { $team } 暂无可用客服
reason-classified-by = 由 { $by } 分类
reason-classified-plugin = 由 { $plugin } 分类
reason-classified-words = 归为{ $class }，依据：{ $words }
reason-classified-urgent-words = 判为紧急，依据：{ $words }
reason-classified-patient-words = 判为不急，依据：{ $words }
reason-classified-denied-words = 被否定、未计入的用语：{ $words }
reason-classified-automatic = 这是自动回复
reason-classified-link = 内容带有链接
reason-classified-shouting = 感叹号或大写字母很多，语气强烈
reason-classified-angry = 客户情绪明显不满
reason-classified-no-words = 没有文字内容
reason-classified-no-known-words = 没有找到可判断的用语，按咨询处理
reason-reopened-customer-wrote = 客户再次来信
reason-reopened-answered = 回复了客户
class-chatter = 寒暄
class-spam = 垃圾信息
