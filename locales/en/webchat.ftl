# The patient page in a browser. Titles and names stay neutral: somebody else may read this screen.

web-title = Messages
web-app-name = Aidline
web-blank = New tab
web-language-to = 切换到中文
web-language-short = 中文
web-leave = Leave now
web-leave-hint = Clears this page at once (Esc twice does the same)
web-skip = Skip to the text box
web-log = Conversation
web-menu = Always available
web-menu-back = Back
web-menu-help = Help
web-menu-person = A person please
web-menu-status = Status
web-menu-restart = Start over
web-progress = How far along you are
web-earlier = Earlier messages
web-look = Look for new replies

web-welcome-title = You are in the right place. Take your time
web-welcome-text = If you feel unwell after a cosmetic procedure, the result is not right, or the clinic will not put it right, you can tell us here. One sentence or one photo is enough to begin. I am an automatic assistant: I ask a few questions, then hand you to the right doctor or legal-aid volunteer.
web-welcome-danger = Trouble breathing, chest pain, sudden change in sight, skin turning white or purple, bleeding that will not stop, high fever with shaking, fainting, or thoughts of harming yourself: do not wait for a reply.
web-source-code = Source code
web-welcome-private = No account, no real name. “Leave now” at the top clears the screen at once; on this device you can go on where you stopped.
web-start = Begin

web-alarm-title = Do this first
web-call = Call { $number }
web-from-me = You said:
web-from-bot = The assistant said:
web-staff-expert = Expert
web-staff-legal-aid = Legal-aid volunteer
web-staff-coordinator = On-duty team
web-staff = Our team
web-choose-several = You can choose several
web-done = Done
web-typing = Writing a reply
web-file-photo = Photo you sent
web-file-document = File
web-file-video = Video
web-file-voice = Voice message

web-text = Write here
web-send = Send
web-photo-add = Add photos or files
web-photo-take = Take a photo
web-photo-limit = You can choose several, up to 20 MB each. Originals are best, no need to edit them.
web-tray = Photos on their way

# Said by scripts of the page
web-js-sending = Sending
web-js-waiting = Waiting
web-js-offline = Will be sent when you are back online
web-js-offline-now = You are offline. What you write stays on this device and is sent once you are back.
web-js-fresh = New message
web-js-cancel = Cancel
web-js-retry = Try again
web-js-remove = Remove
web-js-edit = Put back in the box
web-js-broken = Not sent. The connection may be down
web-js-empty = This file is empty. Please try another
web-js-too-large = Over 20 MB, so it cannot be sent. Please choose another or crop it
web-js-too-long = { $count } characters so far; one message takes 20,000. Your words are still here: shorten them or send them in two parts.
web-js-length = { $count } of 20,000 characters
web-js-tick = Tick at least one, or write it in your own words below
web-js-comma = ,{" "}
web-js-cookies = Cookies are off in this browser, so this conversation will be lost when you leave the page. Please allow cookies first.

# Why something could not be taken
web-refused-too-long = One message takes 20,000 characters. Your words are not lost: shorten them or send them in two parts.
web-refused-photo-too-large = The file is over 20 MB and cannot be sent. Please choose another, or crop it first.
web-refused-too-many-files = At most 10 files at a time. Please send them in several goes.
web-refused-unreadable = This did not arrive whole. Please send it again.
web-refused-nothing = There were no words and no photo in this message.
web-refused-foreign = This was not sent from our page, so it was not taken. Please reload the page and try again.
web-refused-unavailable = The system is busy for the moment. Nothing of yours is lost, please send it again in a little while. If it is an emergency, call 120 first.

web-lost-title = There is nothing here
web-lost-text = The address may be mistyped or out of date. Nothing is lost: go back to your conversation and carry on.
web-lost-back = Back to the conversation
web-cover-title = Welcome back
web-cover-text = You left quickly last time, so everything has been put away.
web-cover-continue = Go on where I stopped
web-offline-title = No connection right now
web-offline-text = What you wrote stays on this device and is sent once you are back online.
web-offline-again = Try again
