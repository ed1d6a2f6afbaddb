# 工作台的文字:给专家、法律志愿者和协调员看。短、准、不夸张。

desk-title = Aidline 工作台
desk-name = 工作台
desk-source-code = 源代码（AGPL）
desk-skip = 跳到正文
desk-other-language = 中文
desk-sign-out = 退出
desk-connection-lost = 连接断了，正在重连。看到的内容可能不是最新的。
desk-unsent = 没有发出去：网络不通。文字还在，请再按一次。
desk-yes = 是
desk-no = 否
desk-comma = 、
desk-colon = ：
desk-go = 查看
desk-choose = 请选择
desk-somebody = 一位同事

desk-role-expert = 医学专家
desk-role-legal-aid = 法律志愿者
desk-role-coordinator = 协调员
desk-urgency-emergency = 紧急
desk-urgency-urgent = 当天
desk-urgency-soon = 三天内
desk-urgency-routine = 两周内
desk-category-complication = 并发症
desk-category-repair = 修复
desk-category-dispute = 纠纷
desk-category-unclear = 待分清
desk-status-closed = 已结案

# 时间
desk-just-now = 刚刚
desk-ago = { $span }前
desk-span-minutes = { $n } 分钟
desk-span-hours = { $n } 小时
desk-span-days = { $n } 天
desk-overdue = 已超时 { $span }
desk-left = 还有 { $span }
desk-answered = 已回复
desk-since-queued = 进入队列

# 登录
desk-sign-in-hello = 您好，{ $name }
desk-sign-in-as = 您将以“{ $role }”的身份登录。
desk-sign-in-not-you = 这个链接只能用一次。如果您不是本人，请关掉这个页面。
desk-sign-in-go = 登录
desk-back-to-board = 回到队列
desk-refused-sign-in = 请先登录
desk-refused-sign-in-more =
    工作台用一次性链接登录，没有密码。
    请向协调员要一个新链接；管理员可以在服务器上运行：
desk-refused-expired = 登录已过期
desk-refused-expired-more =
    为了保护患者，登录 12 小时后会自动失效。没有写完的草稿还在这台设备上。
    请向协调员要一个新链接；管理员可以在服务器上运行：
desk-refused-spent = 这个链接已经用过或过期了
desk-refused-spent-more =
    每个链接只能用一次，并且只在短时间内有效。您没有做错什么。
    请向协调员要一个新链接；管理员可以在服务器上运行：
desk-refused-signed-out = 您已退出
desk-refused-signed-out-more =
    这台设备上的草稿也一并清除了。
    下次登录请向协调员要一个新链接；管理员可以在服务器上运行：
desk-refused-no-case = 没有这个个案
desk-refused-no-case-more = 个案编号可能抄错了，或者它不在您负责的队列里。请核对编号，或者问协调员。
desk-refused-no-page = 没有这个页面
desk-refused-no-page-more = 地址可能不完整。您的个案都在队列里。
desk-refused-no-file = 打不开这个文件
desk-refused-no-file-more = 它可能已被删除，或者您没有接手这个个案。
desk-refused-stale-form = 这个页面放得太久了
desk-refused-stale-form-more = 为了安全，刚才的操作没有执行。请回到队列再试一次，草稿还在。
desk-refused-too-long = 文字太长
desk-refused-too-long-more = 请分成几条发送，每条最多 3500 字。
desk-refused-empty = 还没有写内容
desk-refused-empty-more = 请写几个字再提交。
desk-refused-choose = 还没有选择
desk-refused-choose-more = 请在列表里选一项再提交。
desk-refused-not-holder = 您没有接手这个个案
desk-refused-not-holder-more = 它可能已经被转走或收回。请刷新页面看看现在由谁负责。
desk-refused-changed = 情况刚刚变了
desk-refused-changed-more = 这个个案现在的状态不能这样操作。请刷新页面再看。
desk-refused-no-storage = 暂时打不开
desk-refused-no-storage-more = 数据库暂时没有响应。没有丢失任何内容，请过一会儿再试。
desk-refused-erased = 资料已删除
desk-refused-erased-more = 患者要求删除后，这个个案的内容已不可读，也不能再处理。
desk-refused-not-yours = 您没有这个权限
desk-refused-not-yours-more = 只有协调员可以这样做。

# 告警
desk-alarms-label = 无人接手的紧急个案
desk-alarms = { $count } 个紧急个案还没有人接
desk-sound-turn-on = 打开提示音
desk-sound-turn-off = 关闭提示音

# 队列
desk-board-heading = 队列
desk-views = 看哪些
desk-view-waiting = 待接手
desk-view-mine = 我的
desk-view-open = 全部未结
desk-view-closed = 已结案
desk-queue = 队列
desk-queue-all = 全部队列
desk-new = 有新内容
desk-and-more = 另有 { $count } 条
desk-still-answering = 患者还在填写
desk-patient-wrote = 患者有新消息
desk-unassigned = 无人接手
desk-held-by-me = 由您负责
desk-held-by = 由{ $name }负责
desk-empty-waiting = 没有人在等
desk-empty-waiting-more = 有新个案时，这里会自动出现。
desk-empty-mine = 您手上没有个案
desk-empty-mine-more = 在“待接手”里打开一个个案并接手，它就会出现在这里。
desk-empty-open = 没有未结的个案
desk-empty-open-more = 所有个案都已处理完。
desk-empty-closed = 还没有结案的个案
desk-empty-closed-more = 结案后的个案会留在这里，可以重新打开。
desk-erased = 患者要求删除，资料已不可读

# 个案
desk-back = 队列
desk-other-track = 同时在：{ $queue }
desk-claim = 接手这个个案
desk-blind-why = 接手前只显示判断轻重所需的信息。姓名、联系方式、照片和机构名称在接手后才可见，每次查看都有记录。
desk-blind-held = 正在处理，详细内容只对负责人开放。
desk-blind-closed = 这个个案已经结案。
desk-red-flags = 危险信号
desk-self-harm-told = 提到过自伤：请先问问人怎么样
desk-also = 兼
desk-photos-count = 照片 { $count } 张
desk-look = 说明理由后查看
desk-look-reason = 为什么需要查看？
desk-look-go = 查看 8 小时
desk-look-recorded = 理由会写进个案历史，负责人能看到。
desk-looking = 您正在查看由别人负责的个案。理由：{ $reason }

desk-asked-of-you = 需要您
desk-request-call-patient = 马上联系患者，守到交给 120 或急诊
desk-request-advise-hospital = 指导接诊医院
desk-request-see-today = 今天内判断并回复
desk-request-judge = 判断病情并回复
desk-request-read-photos = 看照片
desk-request-asked-for-person = 患者要求与真人沟通
desk-request-unfinished = 问诊还没填完，可以直接问
desk-too-early = 可能仍在恢复期，请专家确认
desk-why = 为什么是这个级别
desk-ticked = 患者勾选：
desk-taken-back = 后来说：
desk-rule-source = 依据
desk-cited-section = 《{ $document }》第 { $section } 节
desk-cited-reference = { $number }：{ $text }
desk-cited-unchecked = 一般医学常识，尚待专科医师核对
desk-cited-unchecked-of = { $what }：一般医学常识，尚待专科医师核对
desk-sbar-s = 现状与联系
desk-sbar-b = 背景
desk-sbar-a = 表现
desk-reach-none = 还没有留下联系方式；可以在右侧直接回复。
desk-nothing-yet = 还没有说到。
desk-no-symptom-named = 未说具体症状
desk-denied = 明确说没有：
desk-gone = 后来说没有了
desk-gone-before = 之前：
desk-gone-counts = 级别不变，直到临床专家改定。
desk-safety-questions = 安全问题
desk-checks-unasked = 还有 { $count } 个安全问题没有问
desk-told-yes = 有
desk-told-no = 没有
desk-told-unsure = 不确定
desk-told-unanswered = 问过，没有答案
desk-told-not-asked = 未问
desk-not-asked-count = 还有 { $count } 项没有问到
desk-change = 什么会改变级别
desk-change-if = 如果还有：
desk-already-told = 已经发给患者的急救提示
desk-protocol = 规则版本 { $version }。自动分诊只作参考，不是诊断。
desk-source-patient = 患者选择
desk-source-words = 患者自述
desk-source-mentioned = 文中提到
desk-source-inferred = 推断
desk-source-record = 系统记录

desk-headline = { $who }，{ $what }，{ $when }；最主要：{ $worst }
desk-who-minor = 未成年人
desk-who-unknown = 患者（年龄未问）
desk-procedure-unknown = 项目不明
desk-days =
    { $days ->
        [0] 今天做的
       *[other] 术后第 { $days } 天
    }
desk-days-at-least = 术后至少 { $days } 天
desk-since-unknown = 时间不明
desk-since-said = “{ $said }”（约 { $date }）
desk-about-weeks = 术后约 { $n } 周
desk-about-months = 术后约 { $n } 个月
desk-about-years = 术后约 { $n } 年
desk-place-unknown = 地点类型不明
desk-contact-here = 就在这里回复
desk-company-with-someone = 身边有人
desk-company-alone = 独自一人

desk-fact-procedure = 项目
desk-fact-since = 时间
desk-fact-onset = 提到的时刻
desk-fact-place = 地点
desk-fact-place-words = 原话
desk-fact-clinic = 提到的机构
desk-fact-operator = 操作者
desk-fact-minor = 未成年
desk-fact-contact = 联系方式
desk-fact-where = 所在位置
desk-fact-phone = 电话
desk-fact-company = 身边有人
desk-fact-in-care = 已在医院或救护车上
desk-fact-product = 产品与批号
desk-fact-wants = 诉求
desk-fact-amount = 用量与层次
desk-fact-anaesthesia = 麻醉方式
desk-fact-implant = 假体或线材
desk-fact-earlier = 以前的手术
desk-fact-conditions = 特殊情况
desk-fact-medicines = 正在用的药
desk-fact-allergies = 过敏
desk-fact-smoking = 吸烟
desk-fact-vitals = 体温脉搏血压
desk-fact-amount-claimed = 要求金额
desk-fact-defendant-name = 机构注册名称
desk-fact-licence = 执业许可或备案
desk-fact-doctor-lookup = 医生查询结果
desk-fact-money = 付款金额与方式
desk-fact-diagnosis = 诊断（谁、何时）
desk-fact-complaints = 已投诉或报警
desk-fact-agreements = 已签协议
desk-fact-conflict = 利益冲突核查
desk-fact-similar = 同类受害人
desk-fact-income = 法律援助条件
desk-fact-other-side = 对方状态
desk-fact-clinical = 身体状况
desk-fact-self-harm = 自伤风险
desk-fact-violence = 人身安全
desk-fact-death = 涉及死亡
desk-fact-records = 病历
desk-fact-consent-form = 知情同意书
desk-fact-contract = 合同
desk-fact-payment = 付款凭证
desk-fact-chats = 聊天记录
desk-fact-ads = 广告宣传
desk-fact-photos = 照片
desk-fact-cctv = 监控录像
desk-fact-witness = 证人

desk-wants = 诉求
desk-want-unknown = 诉求未说
desk-issue-unknown = 争议点未说
desk-issues = 争议点
desk-legal-story = { $what }（{ $when }，{ $where }）：{ $issue }；希望{ $want }
desk-legal-safety = 安全
desk-legal-facts = 经过
desk-legal-evidence = 证据
desk-legal-steps = 下一步
desk-machine-draft = 机器草稿，请律师核对
desk-clinical-open = 有未处理的医疗问题，临床专家在跟进
desk-clinical-waiting = 有未处理的医疗问题，还没有临床专家接手
desk-clinical-ended = 有过医疗问题，临床方面已结案
desk-clinical-nobody = 有未处理的医疗问题，不在任何临床队列
desk-clinical-none = 患者自述目前没有不适
desk-evidence-withheld = 对方不给
desk-evidence-tampered = 疑被改动或销毁
desk-evidence-unsigned = 自述没有签
desk-evidence-private = 付给了个人账户
desk-other-side-vanished = 失联或关门
desk-other-side-threatening = 有威胁
desk-other-side-offering = 提出私了

# 照片
desk-photos = 照片和文件
desk-photo = 照片
desk-photos-logged = 每次查看都有记录
desk-photo-number = 照片 { $number }
desk-photo-veiled = 点开查看
desk-no-photos = 还没有照片。需要时可以在回复里请患者补拍。
desk-media-pending = 正在取回
desk-media-refused = 无法使用
desk-media-document = 文件，点此保存
desk-media-video = 视频，点此保存
desk-media-voice = 语音，点此保存
desk-viewer-close = 关闭

# 对话
desk-panels = 个案的各部分
desk-tab-summary = 摘要
desk-talk = 对话
desk-talk-via = 患者用的渠道：{ $channel }
desk-channel-web = 网页
desk-channel-telegram = Telegram
desk-channel-terminal = 终端
desk-channel-wechat = 微信
desk-fresh = 新消息
desk-nothing-said = 还没有对话。
desk-by-patient = 患者
desk-by-bot = 机器人
desk-by-staff = 同事
desk-by-system = 系统
desk-sent-files = 发来 { $count } 个文件
desk-delivery-sending = 发送中
desk-delivery-delivered = 已送达
desk-delivery-failed = 没有送到
desk-delivery-failed-what = 患者可能停用了这个渠道。请用电话联系，或请协调员帮忙。
desk-write-as = 写给谁
desk-reply = 回复患者
desk-reply-hint = 写给患者……
desk-reply-shown-as = 患者只看到“{ $role }”，看不到您的姓名
desk-send = 发送
desk-note = 同事备注
desk-note-hint = 只有同事能看到……
desk-note-private = 患者看不到
desk-note-save = 保存备注

# 操作
desk-transfer = 转到别的队列
desk-transfer-to = 转到
desk-transfer-reason = 理由（接手的人会看到）
desk-transfer-go = 转交
desk-release = 放回队列
desk-release-what = 个案会回到原来的队列，由别人接手。
desk-release-go = 放回
desk-close = 结案
desk-close-outcome = 结果
desk-close-note = 结案说明（同事可见）
desk-close-go = 结案
desk-reopen = 重新打开
desk-reopen-reason = 为什么重新打开？
desk-reopen-go = 重新放入队列
desk-outcome-advised = 已给出建议
desk-outcome-watch = 属恢复过程，约定复查
desk-outcome-to-hospital = 已转到医院
desk-outcome-treatment-arranged = 已安排治疗或修复
desk-outcome-evidence-secured = 已指导固定证据
desk-outcome-referred-lawyer = 已转介律师或法援机构
desk-outcome-settled = 已和解或退款
desk-outcome-unreachable = 联系不上
desk-outcome-withdrew = 患者不再需要
desk-outcome-other = 其他
desk-outcome-transferred = 已并入另一队列
desk-told-taken = 晚了一步：{ $name }刚刚接手了这个个案。谢谢您来得这么快。
desk-told-claimed = 您已接手。对话里写的第一句，患者马上就能看到。
desk-told-released = 已放回队列。
desk-told-transferred = 已转交。
desk-told-closed = 已结案。
desk-told-reopened = 已重新放入队列。
desk-told-changed = 情况刚刚变了，请看现在的状态。
desk-told-not-holder = 您没有接手这个个案。

# 历史
desk-history = 历史
desk-event-opened = 个案建立
desk-event-updated = 患者补充了情况
desk-event-patient-wrote = 患者来消息
desk-event-claimed = { $who }接手
desk-event-released = { $who }放回队列
desk-event-transferred = { $who }转到{ $queue }
desk-event-replied = { $who }回复了患者
desk-event-closed = { $who }结案
desk-event-reopened = { $who }重新打开
desk-event-left = { $who }开始说另一件事
desk-event-note = { $who }写了备注
desk-event-triage-set = { $who }调整了级别
desk-event-undeliverable = 一条消息没有送到患者
desk-event-delivered = 消息已送达
desk-event-paged = 已紧急呼叫
desk-event-called = 已通知：{ $names }
desk-event-nobody-called = 没有值班人员可通知
desk-event-looked = { $who }说明理由后查看
desk-event-other = 个案有变化
# Why a message could not be delivered, and what helps.
desk-undeliverable-blocked = 患者屏蔽了机器人。请按留下的电话或其他方式联系；患者再写来时，可以重新回复。
desk-undeliverable-deactivated = 患者的 Telegram 帐号已停用。请按留下的电话或其他方式联系。
desk-undeliverable-no-chat = 找不到与患者的对话。请按留下的电话或其他方式联系。
desk-undeliverable-refused = 平台不接受这条消息。请换一种说法再回复，并告诉技术人员。
desk-undeliverable-notify = 紧急呼叫的一个地址长时间没有响应。请直接打电话给值班人员，并请技术人员检查 AIDLINE_NOTIFY_URLS。
desk-event-unpaged = 一次紧急呼叫没有送到
