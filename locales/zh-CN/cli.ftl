# Words of the terminal channel and the command line.
cli-no-such-file = 找不到这个文件：{ $path }。请检查路径，其余内容照常保存。
cli-no-file-named = 请在 photo: 后面写文件路径，多张用逗号隔开。
cli-no-cases = 还没有个案。
cli-unknown-case = 没有编号为 { $number } 的个案
