# Words of the patient's conversation. Written for someone frightened, on a phone:
# short, warm, concrete; no blame, no jargon, no exclamation marks.

greeting = 您好，这里是整形美容应急援助中心。我是接待机器人，会先问几个问题，再把您转给合适的医生或法律志愿者。
greeting-heard = 您写的我看到了，一个字都不会丢。先请您看一下下面这件事，然后接着您说的往下走。
welcome-back = 您回来了。我们接着刚才的地方。

ask-consent =
    开始之前，请您知道：
    • 会留下什么：您写的话、照片和联系方式。健康信息和照片属于敏感信息，我们加密保存。
    • 谁能看到：只有接手您这件事的专家、法律志愿者和值班协调员；每次查看都有记录。
    • 您随时可以停下，也可以要求删除。
    • 我不是医生，也不是律师，不做诊断。遇到危急情况请直接打120。
    您同意我们为了帮您而保存和使用这些内容吗？
consent-telegram = 另外：Telegram 的服务器在中国境外，机器人对话不是端到端加密，我们无法保证对方删除。如果介意，可以改用我们的网页。
consent-more =
    更详细一点：
    • 目的：判断紧急程度、转给合适的人、跟您联系。不做广告，不卖线索，不告诉您做手术的机构。
    • 保存多久：加密保存，直到您的事情处理完，或您要求删除。
    • 您的权利：想查看、更正、删除或撤回同意，写“人工”，由工作人员为您办理。
    • 不同意也能得到急救提示，我们不会留下您写的话。
consent-thanks = 谢谢您。
consent-first = 看到了，您写的都记着，不用再写一遍。要接着往下走，请先选一下是否同意。
urgent-now = 这个情况今天就需要医生看，我已经通知值班人员，不用等填完。现在请先这样做：
urgent-now-plain = 这个情况今天就需要医生看，我已经通知值班人员，不用等填完。
choice-consent-agree = 同意，继续
choice-consent-more = 想看详细说明
choice-consent-decline = 不同意
ask-refused = 好的，您刚才写的内容已经删除，我们什么也没有留下。如果改变主意，随时可以继续。
ask-refused-kept = 好的，不再继续询问。紧急情况下您告诉我们的内容（位置、电话和情况）已经交给值班人员，只用于救助；不想保留请写“人工”告诉我们。如果改变主意，随时可以继续。
choice-refused-yes = 我改变主意了，继续

story-read = 从您的话里我先记下了这些（最后可以逐项修改）：
noted = 记下了：{ $told }

ask-safety =
    先确认安全。现在有没有下面这些情况？（可以选多项）
ask-safety-besides =
    您说的“{ $told }”我记下了。除此之外，现在有没有下面这些情况？（可以选多项）
why-mind = 下面这个问题有点直接：遇到这样的事，人会很难受，所以我们想问一问。说出来不会影响您得到帮助。
why-intimate = 涉及私密部位，问清楚是为了找对医生。内容加密保存，只有接手的医生能看到。
ask-asq = 这几周，您有没有过下面这些？（可以选多项）
choice-asq-wished-dead = 想过要是死了就好了
choice-asq-better-off = 觉得没有我，家人会过得更好
choice-asq-thoughts = 最近一周想过结束自己的生命
choice-asq-tried = 以前尝试过
choice-asq-none = 都没有
choice-asq-unsure = 不想说，或说不清
ask-asq-now = 谢谢您说出来。就在现在，您有想结束自己生命的念头吗？
asq-now-yes = 现在就有结束生命的念头
ask-story = 从您的话里，我这样理解：
story-item = • { $told }
ask-story-end = 对吗？不对的点一下，或直接写正确的。
choice-story-ok = 都对，继续
choice-not-so = 没有“{ $told }”
story-which = 好的，哪里不对？点一下，或直接写正确的。
ask-clash = 您前面写过“{ $told }”。现在还有吗？
choice-clash-yes = 现在还有
choice-clash-no = 现在没有了
choice-clash-unsure = 不确定
ask-follow-up = 再确认几样，有的话要更快找医生。（可以选多项）
choice-follow-up-worse = 比前几天更重了
ask-conditions = 有没有下面这些情况？它们会影响轻重和用药，所以要问。（可以选多项）
choice-safety-none = 以上都没有
choice-unsure = 不确定
choice-yes = 有
choice-no = 没有
choice-skip = 跳过
ask-detail = 具体是哪一种？这会影响该多快找到医生。（可以选多项）

ask-procedure = 做的是哪个部位或哪一类项目？可以直接写项目名，比如“玻尿酸隆鼻”。
choice-procedure-other = 其他项目
ask-procedure-in-region = 具体是哪一项？选最接近的就好。
ask-when = 是什么时候做的？可以写“3天前”或具体日期。
choice-when-today = 今天
choice-when-yesterday = 昨天
choice-when-days = 2到6天前
choice-when-weeks = 1到4周前
choice-when-months = 1到6个月前
choice-when-half-year = 半年到1年前
choice-when-years = 1年以上
choice-when-unsure = 不记得了
ask-place = 在哪里、由谁做的？选一个最接近的，也可以写机构名字。
ask-symptoms = 现在身体上有什么感觉或变化？（可以选多项，也可以用自己的话写）
choice-symptoms-none = 没有不舒服

ask-photos = 如果方便，请发照片，医生看得更准。
ask-photos-how = 可以连发几张，发完点“完成”。不方便就跳过，不影响救助。
ask-photos-intimate = 这个部位先不用发照片，医生需要时会单独问您。如果您有药盒、收费单或聊天记录的照片，可以发来。
ask-photos-more =
    已收到 { $count } 份。还有就接着发，发完点“完成”。
choice-photos-done = 完成
choice-photos-skip = 跳过照片
photo-kept = 收好了，共 { $count } 份。
photo-count =
    { $count ->
        [0] 没有照片
       *[other] { $count } 份
    }

ask-wrong = 除了身体，还遇到下面的问题吗？（可以选多项，也可以自己写）
choice-wrong-refund-refused = 不退钱、定金不退
choice-wrong-unlicensed-institution = 店没有医疗资质
choice-wrong-unlicensed-practitioner = 操作的人不是医生
choice-wrong-unregistered-drug = 药或产品像是假的、没有中文标签
choice-wrong-records-withheld = 不给病历
choice-wrong-surgeon-swapped = 说好的医生被换了
choice-wrong-false-advertising = 宣传和实际不符
choice-wrong-upsell-on-table = 躺下以后才加价
choice-wrong-no-informed-consent = 没讲风险、没让签字
choice-wrong-loan-trap = 被忽悠办了贷款
choice-wrong-institution-vanished = 店关门、人跑了
choice-wrong-privacy-leak = 照片或隐私被泄露
choice-wrong-none = 没有这些问题
ask-wants = 您最希望我们帮您做什么？（可以选多项）
ask-first-wish = 您现在最想先解决哪一件？另一件也会同时记下。
choice-first-wish-revision = 先把它修好
choice-first-wish-accountability = 先追责、赔偿
ask-contact = 我们怎么联系您最合适？可以写手机号或微信号；选“就在这里”也行。
choice-contact-here = 就在这里回复我

ask-review = 请您看一遍，有不对的可以改：
review-line = • { $line }：{ $told }
ask-review-end = 没问题就点“提交”。
line-procedure = 项目
line-when = 时间
line-place = 地点
line-safety = 安全问题
line-symptoms = 现在的情况
line-photos = 照片
line-wrong = 其他问题
line-wants = 希望
line-contact = 联系方式
choice-submit = 提交
choice-change = 改“{ $line }”
nothing-told = 没有填写
list-joiner = 、

ask-alarm-where = 我已经在呼叫值班人员。请告诉我：您现在在哪个城市、什么地址？
ask-alarm-phone = 请留一个能马上打通的电话。
ask-alarm-company = 现在身边有人陪着吗？
choice-company-with-someone = 有人陪着
choice-company-alone = 只有我一个人
choice-company-skip = 跳过
taken-back = 好的，记下了：{ $told }，您说现在没有，或之前写错了。
taken-back-alarmed = 好的，记下了：{ $told }，您说现在没有，或之前写错了。为了安全，值班人员还是会和您核对一下，由医生来判断要不要紧。
care-tell = 已经有急诊或救护车在就好，我们的值班人员也收到了。请现在就告诉身边的医生护士，不用等叫号：
care-done = • 做过：{ $done }
care-signs = • 现在：{ $signs }
care-product = • 几点做的、几点开始不舒服，用了什么产品和麻药；有盒子或照片就给他们看
care-not-there = 如果其实还没到医院，身边也没有救护车，请马上打120。
ask-alarm-where-care = 是哪个城市、哪家医院？值班人员好跟那边联系。
alarm-thanks = 值班人员已经收到，编号 { $number }。有危险请直接打120，不要等我们。任何变化随时写在这里。
alarm-go-on = 如果您现在还能继续，下面几个问题能帮医生更快判断；不方便就先不答。

outcome-number = 已经提交。您的编号是 { $number }，打电话时念这个号就行。
outcome-category = 我们这样理解：{ $category }。
category-complication = 身体上有需要医生处理的情况
category-repair = 想修复或改善手术的结果
category-dispute = 费用、资质或责任方面的问题
category-unclear = 还需要工作人员和您核对
also-dispute = 同时转给法律志愿者，维权的事一起跟进。
also-repair = 修复的需求也记下了。
also-complication = 身体方面的情况也会请医生看。
outcome-urgency = 紧急程度：{ $urgency }
urgency-emergency = 紧急，马上处理
urgency-urgent = 今天就要看
urgency-soon = 三天内
urgency-routine = 两周内
outcome-why = 我们这样判断，是因为您提到：
outcome-reason = • { $evidence }
why-complication = 我们这样判断，是因为您说的身体情况需要医生看一看。
why-repair = 我们这样判断，是因为您没有提到需要马上处理的不适，希望修复或改善结果。
why-dispute = 我们这样判断，是因为您说的是费用、资质或责任方面的事，没有提到身体不适。
why-unclear = 您说的还不够我们判断，工作人员会和您核对。
outcome-next = 接下来：转给{ $queue }。
outcome-advice = • { $advice }
outcome-due = 最晚 { $due }（北京时间）前会有人在这里回复您。
outcome-legal-too = 法律志愿者也会单独联系您。
outcome-meanwhile = 这段时间请注意：

status-none = 您还没有提交。我们接着往下走就好。
status-unknown-number = 在您的对话里没有找到编号 { $number }。请核对一下，或写“人工”找工作人员。
status-open = 编号 { $number }：已经记录，等您把剩下的问题答完。
status-queued = 编号 { $number }：已经排队，等待专人接手。
status-claimed = 编号 { $number }：已经有人接手，正在看您的资料。
status-waiting-for-patient = 编号 { $number }：对方已经回复，等您的消息。
status-in-hand = 编号 { $number }：有人正在处理，会回复您。
status-closed = 编号 { $number }：已经结束。需要的话可以重新打开。
added = 收到，已经加进编号 { $number }，会有人看到。
added-due = 收到，已经加进编号 { $number }。最晚 { $due }（北京时间）前会有人在这里回复您；情况变重请马上写在这里。
added-overdue = 收到，已经加进编号 { $number }。回复的时间已经过了，很抱歉；值班人员已再次收到提醒。
ask-closed = 编号 { $number } 已经结束。您是想继续那件事，还是有新的情况？
choice-closed-reopen = 继续原来的事
choice-closed-new = 是新的情况
choice-closed-no = 没事了
case-reopened = 好的，已经重新打开，会有人来回复您。
closed-fine = 好的。需要时随时回来。

help =
    您可以这样做：
    • 直接用自己的话写，或发照片
    • 写“返回”：回到上一个问题
    • 写“人工”：请工作人员来
    • 写“进度”：看个案到哪一步了
    • 写“重新开始”：从头再来
    • 写“English”：换成英文
    • 写“退出”：马上停下，不留提示
other-language = 您的话我还读不懂，已经请值班工作人员来看，您写的都保留着。如果可以，请用中文或英文写；写“English”换成英文，写“中文”换成中文。
unknown-command = 这个指令我不认识。可以写“帮助”看看能做什么。
nothing-to-go-back-to = 已经是第一个问题了。
alarm-is-first = 这是三个小问题里的第一个，前面没有了。不方便回答就写“跳过”。
sent-already = 这件事已经提交了，要补充或更正，直接写在这里就行。想另起一件事，写“重新开始”。
language-changed = 好的，用中文。
data-called = 好的，查看、更正、删除资料或撤回同意由工作人员为您办理，已经请值班人员过来，编号 { $number }。
person-called = 好的，已经请值班工作人员过来，编号 { $number }。在等的时候可以接着回答，也可以停在这里。
ask-restart = 要从头再来吗？已经答的会清空；已经发给工作人员的不会丢。
choice-restart-yes = 从头再来
choice-restart-no = 不，继续刚才的
restarted = 好的，我们重新开始。
restarted-in-alarm = 好的，我们重新开始。刚才的紧急情况值班人员已经知道，还会联系您。
exit = 好的，先到这里。
old-button = 这是之前的按钮，现在在问的是下面这个。
contact-noted = 联系方式记下了。
hint-phone = 这个号码好像不完整。请留一个能马上打通的电话，或写“跳过”。
hint-1 = 我没看懂这句，麻烦从下面选一个，或换个说法。
hint-2 = 不好意思，还是没对上。点下面的选项，或只写前面的数字就行。
hint-3 = 没关系。不确定也可以直接选，或写“人工”请工作人员来。

now-held = 已经有专人接手，您写的会直接给到对方，请稍等回复。情况变重请马上写，或打120。
edit-kept = 您改过的内容收到了，原来的和改后的都会保留。
failure = 我这边出了点问题，已经请值班工作人员看您的消息，您写的不会丢。
too-long = 这段话太长了，我先读了前面的部分，全文已经原样保存给工作人员看。
empty-message = 没有收到文字。您可以直接写，或从下面选一个。
