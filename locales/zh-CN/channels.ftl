# Words of the channels: Telegram's own buttons and menu, and what is said about photos and files.

telegram-done = ✅ 选好了
telegram-in-group = 为了保护您的隐私，请点我的头像私下发消息给我，不要在群里说身体和经历。
telegram-from-expert = 专家医生：
telegram-from-legal-aid = 法律援助志愿者：
telegram-from-coordinator = 值班协调员：
telegram-command-start = 开始，或接着上次继续
telegram-command-person = 请工作人员来
telegram-command-status = 我的个案到哪一步了
telegram-command-back = 回到上一个问题
telegram-command-lang = 中文 / English
telegram-command-help = 怎么用
telegram-command-restart = 从头再来
telegram-command-exit = 马上停下

media-photo-empty = 这张照片是空的，可能没有传完。方便的话请再发一次。
media-photo-broken = 这张照片打不开，可能传的时候断了。方便的话请再发一次，或换一张。
media-photo-too-large = 这个文件太大了（最多20 MB）。请发一张小一点的，或直接用相机拍一张发过来。
media-photo-too-many-pixels = 这张照片的尺寸太大，我处理不了。请发一张小一点的，截图也可以。
media-file-unknown = 这种文件我打不开。照片、PDF、视频和语音都可以，请换一种发给我。
media-kept-as-document = 收到，这个文件已经替您保存好了。
media-not-fetched = 刚才有一份照片或文件没能收下来，不是您的问题。方便的话请再发一次；不方便就接着往下说，不影响我们帮您。
