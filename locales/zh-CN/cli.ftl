# Words of the terminal channel and the command line.
cli-no-such-file = 找不到这个文件：{ $path }。请检查路径，其余内容照常保存。
cli-no-file-named = 请在 photo: 后面写文件路径，多张用逗号隔开。
cli-no-cases = 还没有个案。
cli-unknown-case = 没有编号为 { $number } 的个案
# aidline outbox: a short word for each kind of row.
cli-outbox-counts = 等待发出 { $pending } 条，已放弃 { $failed } 条
cli-outbox-send = 给患者的消息
cli-outbox-page = 紧急呼叫
cli-outbox-notify = 呼叫一个地址
cli-outbox-fetch = 取照片或文件
cli-outbox-take = 没能收进对话的来信
cli-outbox-pending = { $tries ->
    [0] 等待发出
   *[other] 已试 { $tries } 次，会再试
}
cli-outbox-failed = 已放弃
cli-outbox-retried = { $count } 条马上再试
cli-outbox-not-all = 其余编号不存在，或正在发送
cli-outbox-not-sure = { $number } 号丢掉后谁也收不到。确定的话加上 --yes
cli-outbox-unknown = 没有 { $number } 号，或者正在发送
cli-outbox-dropped = { $number } 号已丢掉
