# 系统管理员看到的内容：插件缺少什么，以及首次使用的步骤。

plugin-waits-for-setting = 请先在设置中填写地址：{ $name }
plugin-grant-requested = 全部授权
plugin-lacks = 插件已启用，但还缺少：
