# The patient page in a browser. Titles and names stay neutral: somebody else may read this screen.

web-title = 消息
web-app-name = Aidline
web-blank = 新标签页
web-language-to = Switch to English
web-language-short = EN
web-leave = 快速离开
web-leave-hint = 立即清空这一页（也可以连按两次 Esc）
web-skip = 跳到输入框
web-log = 对话
web-menu = 随时可用
web-menu-back = 上一步
web-menu-help = 帮助
web-menu-person = 找真人
web-menu-status = 进度
web-menu-restart = 重新开始
web-progress = 填写进度
web-earlier = 看更早的消息
web-look = 看看有没有新回复

web-welcome-title = 您来对地方了，我们一起慢慢说
web-welcome-text = 医美之后身体不舒服、结果不对劲、或者和机构有纠纷，都可以在这里说。一句话、一张照片都行，想到什么先说什么。我是自动助手，会先问几个问题，再把您交给合适的医生或法律援助志愿者。
web-welcome-danger = 喘不上气、胸口痛、突然看不清、皮肤发白发紫、血止不住、高烧打寒战、晕倒，或者想伤害自己：不要等回复。
web-source-code = 源代码
web-welcome-private = 不用注册，不用真名。右上角「快速离开」会立刻清空屏幕；下次用这台设备打开，可以接着说。
web-start = 开始

web-alarm-title = 现在先做这件事
web-call = 拨打 { $number }
web-from-me = 您说：
web-from-bot = 助手说：
web-staff-expert = 专家
web-staff-legal-aid = 法律援助志愿者
web-staff-coordinator = 值班人员
web-staff = 工作人员
web-choose-several = 可以选几项
web-done = 选好了
web-typing = 正在回复
web-file-photo = 您发的照片
web-file-document = 文件
web-file-video = 视频
web-file-voice = 语音

web-text = 写在这里
web-send = 发送
web-photo-add = 添加照片或文件
web-photo-take = 拍照
web-photo-limit = 可以一次选几张，每张不超过 20 MB。原图最好，不用修。
web-tray = 正在发送的照片

# Said by scripts of the page
web-js-sending = 正在发送
web-js-waiting = 等待发送
web-js-offline = 等有网络时自动发出
web-js-offline-now = 现在没有网络。您写的话会留在这台设备上，连上后自动发出。
web-js-fresh = 有新消息
web-js-cancel = 取消
web-js-retry = 重试
web-js-remove = 移除
web-js-edit = 放回输入框
web-js-broken = 没有发出去，网络可能断了
web-js-empty = 这个文件是空的，换一张试试
web-js-too-large = 超过 20 MB，发不了。可以换一张，或者裁小一点
web-js-too-long = 已经写了 { $count } 字，一次最多 20000 字。内容还在这里，删一部分或者分两次发就好。
web-js-length = { $count } / 20000 字
web-js-tick = 先勾选至少一项，或者用自己的话写在下面
web-js-comma = 、
web-js-cookies = 浏览器关闭了 Cookie，离开这一页后会接不上之前的对话。请先打开 Cookie。

# Why something could not be taken
web-refused-too-long = 一次最多 20000 字。您写的内容没有丢，删一部分或者分两次发就好。
web-refused-photo-too-large = 文件超过 20 MB，发不了。可以换一张，或者裁小一点再发。
web-refused-too-many-files = 一次最多 10 个文件，分几次发就好。
web-refused-unreadable = 这条没有传完整，请再发一次。
web-refused-nothing = 还没有写内容，也没有选照片。
web-refused-foreign = 这条不是从本页面发出的，没有收下。请刷新页面再试。
web-refused-unavailable = 系统暂时忙，您的内容没有丢，请过一会儿再发。如果情况危急，先打 120。

web-lost-title = 这里什么都没有
web-lost-text = 地址可能写错了，或者已经过期。没有丢东西，回到对话就能接着说。
web-lost-back = 回到对话
web-cover-title = 欢迎回来
web-cover-text = 上次您是快速离开的，内容先收起来了。
web-cover-continue = 接着上次
web-offline-title = 现在没有网络
web-offline-text = 您写好的话都留在这台设备上，连上网后会自动发出。
web-offline-again = 再试一次
