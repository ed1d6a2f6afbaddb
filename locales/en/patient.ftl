# Words of the patient's conversation. Written for someone frightened, on a phone:
# short, warm, concrete; no blame, no jargon, no exclamation marks.

greeting = Hello, this is the aesthetic-surgery emergency aid centre. I am its reception bot: I ask a few questions and bring you to the right doctor or legal volunteer.
greeting-heard = I have read what you wrote and nothing of it gets lost. Please look at this first, then we go on from there.
welcome-back = Welcome back. We go on where we stopped.

ask-consent =
    Before we start, please know:
    • What is kept: what you write, your photos and how to reach you. Health details and photos are sensitive; we store them encrypted.
    • Who sees it: only the expert or legal volunteer who takes your case, and the coordinator on duty. Every look is recorded.
    • You can stop at any time, and ask us to delete it.
    • I am not a doctor or a lawyer and make no diagnosis. In an emergency call 120.
    Do you agree that we keep and use this in order to help you?
consent-telegram = Also: Telegram's servers are outside mainland China, bot chats are not end-to-end encrypted, and we cannot guarantee deletion there. If you mind, use our web page instead.
consent-more =
    In more detail:
    • Purpose: judging how urgent it is, finding the right person, reaching you. No advertising, no selling of leads, nothing to the clinic that treated you.
    • How long: encrypted, until your matter is dealt with or you ask us to delete it.
    • Your rights: to see, correct or delete it, or to withdraw consent, write "person" and our staff will do it.
    • If you say no you still get the emergency advice, and we keep nothing you wrote.
consent-thanks = Thank you.
consent-first = I have read it and it is kept; no need to write it again. To go on, please choose first whether you agree.
urgent-now = This needs a doctor today. I have told our staff on duty already, before you finish. For now please do this:
urgent-now-plain = This needs a doctor today. I have told our staff on duty already, before you finish.
choice-consent-agree = I agree, go on
choice-consent-more = Tell me more
choice-consent-decline = I do not agree
ask-refused = All right. What you wrote has been deleted and we keep nothing. If you change your mind, you can go on at any time.
ask-refused-kept = All right, I will not ask further. What you told us in the emergency (where you are, your phone and what happened) is with our staff on duty and used only to help you; write "person" if you don't want it kept. You can go on at any time.
choice-refused-yes = I changed my mind, go on

story-read = This is what I took from your words (you can change each item at the end):
noted = Noted: { $told }

ask-safety =
    Safety first. Do you have any of these right now? (choose all that apply)
ask-safety-besides =
    I have noted "{ $told }". Besides that, do you have any of these right now? (choose all that apply)
why-mind = The next question is a direct one. What happened to you is hard to bear, so we would like to ask. Whatever you say, you still get help.
why-intimate = This is about an intimate part of the body; we ask so that the right doctor is found. It is stored encrypted, and only the doctor who takes your case sees it.
ask-asq = In the past few weeks, was there any of this? (choose all that apply)
choice-asq-wished-dead = I wished I were dead
choice-asq-better-off = I felt others would be better off without me
choice-asq-thoughts = In the past week I thought of killing myself
choice-asq-tried = I tried before
choice-asq-none = None of these
choice-asq-unsure = I'd rather not say, or can't tell
ask-asq-now = Thank you for telling me. Right now, do you have thoughts of ending your life?
asq-now-yes = thoughts of ending my life right now
ask-story = This is how I understand you:
story-item = • { $told }
ask-story-end = Is that right? Tap what is not, or just write it the right way.
choice-story-ok = All right, go on
choice-not-so = There is no "{ $told }"
story-which = All right, which one is not? Tap it, or just write it the right way.
ask-clash = You wrote "{ $told }" before. Is it still there now?
choice-clash-yes = It is still there
choice-clash-no = Not any more
choice-clash-unsure = Not sure
ask-follow-up = A few more; with any of these a doctor is needed sooner. (choose all that apply)
choice-follow-up-worse = It is worse than a few days ago
ask-conditions = Does any of this apply to you? We ask because it changes how serious it is and which medicines are safe. (choose all that apply)
choice-safety-none = None of these
choice-unsure = Not sure
choice-yes = Yes
choice-no = No
choice-skip = Skip
ask-detail = Which of these is it? It decides how fast a doctor must be found. (choose all that apply)

ask-procedure = Which part of the body, or what kind of procedure was it? You can just write its name, such as "nose filler".
choice-procedure-other = Another procedure
ask-procedure-in-region = Which one was it? The closest match will do.
ask-when = When was it done? You can write "3 days ago" or a date.
choice-when-today = Today
choice-when-yesterday = Yesterday
choice-when-days = 2 to 6 days ago
choice-when-weeks = 1 to 4 weeks ago
choice-when-months = 1 to 6 months ago
choice-when-half-year = 6 to 12 months ago
choice-when-years = More than a year ago
choice-when-unsure = I don't remember
ask-place = Where was it done, and by whom? Choose the closest, or write the name of the place.
ask-symptoms = What do you feel or see on your body now? (choose all that apply, or use your own words)
choice-symptoms-none = Nothing is wrong with my body

ask-photos = If you can, send photos; they help the doctor judge.
ask-photos-how = Send as many as you like, then press "Done". Skip it if it is not a good moment; you still get help.
ask-photos-intimate = No photos of this area for now; a doctor will ask if one is needed. If you have pictures of the box, the bill or your chats, you can send those.
ask-photos-more =
    { $count ->
        [one] One received.
       *[other] { $count } received.
    } Send more if you like, then press "Done".
choice-photos-done = Done
choice-photos-skip = Skip photos
photo-kept =
    { $count ->
        [one] Kept.
       *[other] Kept, { $count } in all.
    }
photo-count =
    { $count ->
        [0] no photos
        [one] 1 file
       *[other] { $count } files
    }

ask-wrong = Besides your body, has any of this happened? (choose all that apply, or write it yourself)
choice-wrong-refund-refused = They refuse a refund
choice-wrong-unlicensed-institution = The place has no medical licence
choice-wrong-unlicensed-practitioner = It was not done by a doctor
choice-wrong-unregistered-drug = The product may be fake or unapproved
choice-wrong-records-withheld = They withhold my records
choice-wrong-surgeon-swapped = Another surgeon operated
choice-wrong-false-advertising = It is not what was advertised
choice-wrong-upsell-on-table = The price was raised once I lay there
choice-wrong-no-informed-consent = No risks explained, nothing signed
choice-wrong-loan-trap = I was talked into a loan
choice-wrong-institution-vanished = The clinic closed or vanished
choice-wrong-privacy-leak = My photos or data were leaked
choice-wrong-none = None of this
ask-wants = What would you most like us to do? (choose all that apply)
ask-first-wish = Which of these comes first for you? The other one is noted as well.
choice-first-wish-revision = Fixing it
choice-first-wish-accountability = Accountability and compensation
ask-contact = How can we best reach you? Write a phone number or WeChat id, or choose "Right here".
choice-contact-here = Right here

ask-review = Please look it over; you can change anything:
review-line = • { $line }: { $told }
ask-review-end = If it is right, press "Submit".
line-procedure = Procedure
line-when = When
line-place = Where
line-safety = Safety questions
line-symptoms = Now
line-photos = Photos
line-wrong = Other problems
line-wants = Your wish
line-contact = Contact
choice-submit = Submit
choice-change = Change "{ $line }"
nothing-told = not filled in
list-joiner = ,{ " " }

ask-alarm-where = I am calling our staff on duty now. Please tell me: which city are you in, and what address?
ask-alarm-phone = Please leave a phone number that works right now.
ask-alarm-company = Is someone with you now?
choice-company-with-someone = Someone is with me
choice-company-alone = I am alone
choice-company-skip = Skip
taken-back = All right, noted: { $told }, you say it is not there now or was a slip.
taken-back-alarmed = All right, noted: { $told }, you say it is not there now or was a slip. To be safe our staff on duty will still check with you; a doctor judges whether it matters.
care-tell = Good that emergency staff are with you; our staff on duty know as well. Tell the doctors and nurses there now, without waiting for your turn:
care-done = • What was done: { $done }
care-signs = • Now: { $signs }
care-product = • When it was done, when this began, which product and anaesthetic; show them the box or a photo if you have one
care-not-there = If you are not at a hospital yet and no ambulance is with you, call 120 now.
ask-alarm-where-care = Which city, and which hospital? Then our staff can talk to them.
alarm-thanks = Our staff on duty have it, number { $number }. If you are in danger call 120, do not wait for us. Write here at once if anything changes.
alarm-go-on = If you can go on, the next questions help the doctor judge faster; if not, leave them for now.

outcome-number = It is submitted. Your case number is { $number }; you can read it out over the phone.
outcome-category = How we understand it: { $category }.
category-complication = something in your body that needs a doctor
category-repair = a result you would like repaired or improved
category-dispute = a matter of money, licence or responsibility
category-unclear = our staff still need to go through it with you
also-dispute = It also goes to a legal volunteer, so that your rights are looked after at the same time.
also-repair = Your wish for a repair is noted as well.
also-complication = A doctor will look at the physical side as well.
outcome-urgency = How urgent: { $urgency }
urgency-emergency = emergency, right now
urgency-urgent = to be seen today
urgency-soon = within three days
urgency-routine = within two weeks
outcome-why = We judge it so because you mentioned:
outcome-reason = • { $evidence }
why-complication = We judge it so because what you tell of your body should be seen by a doctor.
why-repair = We judge it so because you mention nothing that needs treatment at once and wish the result repaired or improved.
why-dispute = We judge it so because it is about money, licence or responsibility, and you mention no complaint of your body.
why-unclear = What you told is not enough for us to judge yet; our staff will go through it with you.
outcome-next = What happens next: it goes to { $queue }.
outcome-advice = • { $advice }
outcome-due = Someone answers you here by { $due } (Beijing time) at the latest.
outcome-legal-too = A legal volunteer will contact you separately.
outcome-meanwhile = Until then:

status-none = You have not submitted yet. We simply go on.
status-unknown-number = I can't find the number { $number } in your conversation. Please check it, or write "person" for our staff.
status-open = Number { $number }: noted; a few questions are still open.
status-queued = Number { $number }: waiting for someone to take it.
status-claimed = Number { $number }: someone has taken it and is reading your details.
status-waiting-for-patient = Number { $number }: they have answered and wait for your message.
status-in-hand = Number { $number }: someone is working on it and will answer you.
status-closed = Number { $number }: closed. You can open it again if you need to.
added = Received and added to number { $number }; someone will see it.
added-due = Received and added to number { $number }. Someone answers you here by { $due } (Beijing time) at the latest; if it gets worse, write here at once.
added-overdue = Received and added to number { $number }. The time for an answer has passed, and we are sorry; our staff on duty are called again.
ask-closed = Number { $number } is closed. Is this about the same matter, or something new?
choice-closed-reopen = The same matter
choice-closed-new = Something new
choice-closed-no = All is well
case-reopened = It is open again; someone will answer you.
closed-fine = All right. Come back whenever you need to.

help =
    What you can do:
    • Write in your own words, or send photos
    • "back": to the question before
    • "person": have one of our staff come
    • "status": where your case stands
    • "start over": begin again
    • "中文": change to Chinese
    • "exit": stop at once, without a trace in your notifications
other-language = I can't read your language yet. Our staff on duty are called to read your message, and it is kept. If you can, please write in English or Chinese: write "English" or "中文" to choose.
unknown-command = I don't know that command. Write "help" to see what you can do.
nothing-to-go-back-to = This is the first question.
alarm-is-first = This is the first of three short questions. If you can't answer it, write "skip".
sent-already = This has been sent. To add or correct something, just write it here; for a new matter write "start over".
language-changed = All right, in English.
data-called = All right. To see, correct or delete your data, or to withdraw consent, our staff will help you; they are called, number { $number }.
person-called = All right, our staff on duty are called, number { $number }. You can go on answering meanwhile, or stop here.
ask-restart = Start over? Your answers will be cleared; what our staff already have stays with them.
choice-restart-yes = Start over
choice-restart-no = No, go on
restarted = All right, we begin again.
restarted-in-alarm = All right, we begin again. Our staff on duty know of the emergency and will still reach out to you.
exit = All right, that's it for now.
old-button = That button is from an earlier question. This is the one that is open now.
contact-noted = I have noted how to reach you.
hint-phone = That number looks incomplete. Please leave one that works right now, or write "skip".
hint-1 = I did not get that. Please choose one below, or put it another way.
hint-2 = Sorry, still no match. Tap an option, or just write its number.
hint-3 = That's fine. You may choose "not sure", or write "person" for our staff.

now-held = Someone has taken your case; what you write goes straight to them, please wait for their answer. If it gets worse, write at once or call 120.
edit-kept = I have your correction; both the first and the corrected words are kept.
failure = Something went wrong on my side. Our staff on duty are called to read your message; nothing you wrote is lost.
too-long = That is very long. I read the first part; the whole text is kept as it is for our staff.
empty-message = No text arrived. You can write, or choose one below.
