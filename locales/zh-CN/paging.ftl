# Pages to staff outside the desk. Nothing medical, no name: a phone may lie open on a table.
page-title = 援助中心：{ $number }
page-body = { $number } 需要人接手（{ $urgency }）。请打开工作台：{ $desk }
page-letter-title = 援助中心：有一条消息没能收进对话
page-letter-body = 一位求助者的消息没能收进对话，已经原样保存，可能很紧急。请协调员打开：{ $desk }/letters
