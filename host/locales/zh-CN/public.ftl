# The pages that customers open.
survey-title = 满意度调查
survey-optional = 可以不填
survey-send = 提交
survey-choose-one = 请选择一个答案。
survey-thanks = 感谢您的评价！
survey-change-hint = 如果想改一改，可以再答一次。
survey-change = 修改评价
survey-unknown = 没有找到这份调查
survey-unknown-hint = 链接可能不完整，请从消息里重新打开。
survey-later = 暂时无法提交
survey-later-hint = 请过几分钟再试一次，您填写的内容还没有保存。
survey-unreadable = 内容无法读取
survey-unreadable-hint = 评价可能太长，请缩短后再提交。
