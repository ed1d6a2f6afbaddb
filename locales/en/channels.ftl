# Words of the channels: Telegram's own buttons and menu, and what is said about photos and files.

telegram-done = ✅ That's all
telegram-in-group = To protect your privacy, please tap my picture and write to me in private, not in this group.
telegram-from-expert = A specialist doctor:
telegram-from-legal-aid = A legal-aid volunteer:
telegram-from-coordinator = The coordinator on duty:
telegram-command-start = Begin, or go on where you stopped
telegram-command-person = Ask for a person
telegram-command-status = How far my case is
telegram-command-back = Back to the previous question
telegram-command-lang = 中文 / English
telegram-command-help = How to use this
telegram-command-restart = Start over
telegram-command-exit = Stop now

media-photo-empty = This photo is empty; it may not have been sent completely. Please send it again if you can.
media-photo-broken = This photo can't be opened; it may have been cut off on the way. Please send it again, or another one.
media-photo-too-large = This file is too large (20 MB at most). Please send a smaller one, or take a picture with the camera here.
media-photo-too-many-pixels = This photo has more pixels than I can handle. Please send a smaller one; a screenshot is fine.
media-file-unknown = I can't open this kind of file. Photos, PDF, video and voice messages all work; please send it another way.
media-kept-as-document = Received. This file is kept safe for you.
media-not-fetched = One photo or file you sent did not get through; that was not your doing. Please send it again if you can. If not, just go on, we will help you all the same.
