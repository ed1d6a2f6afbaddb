# Words of the desk, for experts, legal-aid volunteers and coordinators. Short, exact, calm.

desk-title = Aidline desk
desk-name = desk
desk-source-code = Source code (AGPL)
desk-skip = Skip to content
desk-other-language = 中文
desk-sign-out = Sign out
desk-connection-lost = Connection lost, trying again. What you see may be out of date.
desk-unsent = Not sent: no connection. Your text is still here; press again.
desk-yes = yes
desk-no = no
desk-comma = {", "}
desk-colon = {": "}
desk-go = Show
desk-choose = Please choose
desk-somebody = A colleague

desk-role-expert = Medical expert
desk-role-legal-aid = Legal-aid volunteer
desk-role-coordinator = Coordinator
desk-urgency-emergency = Emergency
desk-urgency-urgent = Today
desk-urgency-soon = Within 3 days
desk-urgency-routine = Within 2 weeks
desk-category-complication = Complication
desk-category-repair = Repair
desk-category-dispute = Dispute
desk-category-unclear = Not clear yet
desk-status-closed = Closed

# Time
desk-just-now = just now
desk-ago = { $span } ago
desk-span-minutes = { $n } min
desk-span-hours = { $n } h
desk-span-days = { $n } d
desk-overdue = { $span } overdue
desk-left = { $span } left
desk-answered = Answered
desk-since-queued = Queued

# Signing in
desk-sign-in-hello = Hello, { $name }
desk-sign-in-as = You are about to sign in as { $role }.
desk-sign-in-not-you = This link works once. If this is not you, please close the page.
desk-sign-in-go = Sign in
desk-back-to-board = Back to the queue
desk-refused-sign-in = Please sign in
desk-refused-sign-in-more =
    The desk has no passwords; you sign in with a one-time link.
    Ask your coordinator for a new one. An administrator can run on the server:
desk-refused-expired = Your session has ended
desk-refused-expired-more =
    To protect patients, a sign-in ends after 12 hours. Unsent drafts are still on this device.
    Ask your coordinator for a new link. An administrator can run on the server:
desk-refused-spent = This link was used already or has expired
desk-refused-spent-more =
    Each link works once and only for a short time. You did nothing wrong.
    Ask your coordinator for a new one. An administrator can run on the server:
desk-refused-signed-out = You are signed out
desk-refused-signed-out-more =
    Drafts on this device were removed as well.
    To come back, ask your coordinator for a new link. An administrator can run on the server:
desk-refused-no-case = There is no such case
desk-refused-no-case-more = The number may be mistyped, or the case is not in a queue of yours. Check the number or ask a coordinator.
desk-refused-no-page = There is no such page
desk-refused-no-page-more = The address may be incomplete. Your cases are on the board.
desk-refused-no-file = This file cannot be opened
desk-refused-no-file-more = It may have been deleted, or you have not claimed the case.
desk-refused-stale-form = This page was open too long
desk-refused-stale-form-more = To be safe, nothing was done. Go back to the queue and try again; your draft is still there.
desk-refused-too-long = That is too long
desk-refused-too-long-more = Please send it in several parts of at most 3500 characters.
desk-refused-empty = Nothing is written yet
desk-refused-empty-more = Write a few words, then send again.
desk-refused-grade = The suffix “d” needs a grade
desk-refused-grade-more = Choose the grade it belongs to, or untick the lasting disability, then save again.
desk-refused-choose = Nothing is chosen yet
desk-refused-choose-more = Choose one of the list, then send again.
desk-refused-not-holder = You do not hold this case
desk-refused-not-holder-more = It may have been transferred or taken back. Reload the page to see who has it now.
desk-refused-changed = Something has just changed
desk-refused-changed-more = This cannot be done with the case as it stands now. Reload the page and look again.
desk-refused-no-storage = Not available for a moment
desk-refused-no-storage-more = The database does not answer just now. Nothing is lost; please try again shortly.
desk-refused-erased = This case was erased
desk-refused-erased-more = The patient asked for deletion. Its content can no longer be read or worked on.
desk-refused-not-yours = You may not do this
desk-refused-not-yours-more = Only coordinators can.

# Alarms
desk-alarms-label = Emergencies nobody has taken
desk-alarms =
    { $count ->
        [one] { $count } emergency that nobody has taken
       *[other] { $count } emergencies that nobody has taken
    }
desk-sound-turn-on = Turn sound on
desk-sound-turn-off = Turn sound off

# The board
desk-board-heading = Queue
desk-views = Which cases
desk-view-waiting = Waiting
desk-view-mine = Mine
desk-view-open = All open
desk-view-closed = Closed
desk-queue = Queue
desk-queue-all = All queues
desk-new = Something new
desk-and-more = and { $count } more
desk-still-answering = Still answering
desk-patient-wrote = Patient wrote
desk-unassigned = Unassigned
desk-held-by-me = With you
desk-held-by = With { $name }
desk-empty-waiting = Nobody is waiting
desk-empty-waiting-more = New cases appear here by themselves.
desk-empty-mine = You hold no cases
desk-empty-mine-more = Open one under “Waiting” and claim it; then it stands here.
desk-empty-open = No open cases
desk-empty-open-more = Everything has been dealt with.
desk-empty-closed = No closed cases yet
desk-empty-closed-more = Closed cases stay here and can be reopened.
desk-erased = Erased at the patient's request; no longer readable

# A case
desk-back = Queue
desk-other-track = Also with: { $queue }
desk-claim = Claim this case
desk-blind-why = Before you claim you see only what tells how serious it is. Name, contact, photos and clinic appear afterwards; every look is recorded.
desk-blind-held = and open only to them.
desk-blind-closed = This case is closed.
desk-red-flags = Red flags
desk-self-harm-told = Self-harm was mentioned: ask how they are first
desk-also = also
desk-photos-count =
    { $count ->
        [0] no photos
        [one] { $count } photo
       *[other] { $count } photos
    }
desk-look = Open with a reason
desk-look-reason = Why do you need to see it?
desk-look-go = Open for 8 hours
desk-look-recorded = The reason stands in the history, where the holder sees it.
desk-looking = You are looking at a case that somebody else holds. Reason: { $reason }

desk-asked-of-you = Asked of you
desk-request-call-patient = Reach the patient now and stay until 120 or an emergency department has them
desk-request-advise-hospital = Advise the receiving hospital
desk-request-see-today = Judge and answer today
desk-request-judge = Judge and answer
desk-request-read-photos = Look at the photos
desk-request-asked-for-person = The patient asked for a person
desk-request-unfinished = The intake is unfinished; you can simply ask
desk-too-early = May still be healing; for an expert to confirm
desk-why = Why this urgency
desk-ticked = The patient ticked:
desk-taken-back = Said later:
desk-rule-source = source
desk-cited-section = { $document }, section { $section }
desk-cited-reference = { $number }: { $text }
desk-cited-unchecked = General medical knowledge; a specialist still has to check it
desk-cited-unchecked-of = { $what }: general medical knowledge; a specialist still has to check it
desk-sbar-s = Situation and contact
desk-sbar-b = Background
desk-sbar-a = Assessment
desk-reach-none = No contact given yet; you can reply in the conversation.
desk-nothing-yet = Nothing said about this yet.
desk-no-symptom-named = no symptom named
desk-denied = Said no to:
desk-gone = Told later to be gone
desk-gone-before = before:
desk-gone-counts = The urgency stays until a clinician sets it.
desk-safety-questions = Safety questions
desk-checks-unasked =
    { $count ->
        [one] { $count } safety question not asked
       *[other] { $count } safety questions not asked
    }
desk-none-named = asked, none named
desk-told-yes = yes
desk-told-no = no
desk-told-unsure = not sure
desk-told-unanswered = asked, no answer
desk-told-not-asked = not asked
desk-not-asked-count =
    { $count ->
        [one] { $count } more not asked yet
       *[other] { $count } more not asked yet
    }
desk-change = What would change it
desk-change-if = If also:
desk-already-told = Emergency advice already sent
desk-protocol = Rules { $version }. Automatic triage supports you; it is not a diagnosis.
desk-source-patient = chosen
desk-source-words = own words
desk-source-mentioned = from the text
desk-source-inferred = inferred
desk-source-record = on record

desk-headline = { $who }, { $what }, { $when }; foremost: { $worst }
desk-worst-taken-back = { $sign } (said to be gone since)
desk-who-minor = Minor
desk-who-unknown = Patient (age not asked)
desk-procedure-unknown = procedure unknown
desk-product-untold = { $what }, product not told
desk-days =
    { $days ->
        [0] done today
        [one] { $days } day after
       *[other] { $days } days after
    }
desk-days-at-least =
    { $days ->
        [one] at least { $days } day after
       *[other] at least { $days } days after
    }
desk-since-unknown = time unknown
desk-since-said = “{ $said }” (about { $date })
desk-about-weeks = about { $n } weeks after
desk-about-months = about { $n } months after
desk-about-years =
    { $n ->
        [one] about { $n } year after
       *[other] about { $n } years after
    }
desk-place-unknown = kind of place unknown
desk-contact-here = reply right here
desk-company-with-someone = somebody is there
desk-company-alone = alone

desk-fact-procedure = Procedure
desk-fact-since = When
desk-fact-onset = Hours told
desk-fact-place = Place
desk-fact-place-words = In their words
desk-fact-clinic = Clinic named
desk-fact-operator = Operator
desk-fact-minor = Under 18
desk-fact-contact = Contact
desk-fact-where = Where now
desk-fact-phone = Phone
desk-fact-company = With somebody
desk-fact-in-care = In hospital or an ambulance
desk-fact-product = Product and lot
desk-fact-wants = Wants
desk-fact-filler-product = Filler product named
desk-fact-amount = Amount and plane
desk-fact-anaesthesia = Anaesthesia
desk-fact-implant = Implants or threads
desk-fact-earlier = Earlier procedures
desk-fact-conditions = Conditions
desk-fact-medicines = Medicines
desk-fact-allergies = Allergies
desk-fact-smoking = Smoking
desk-fact-vitals = Temperature, pulse, pressure
desk-fact-amount-claimed = Amount claimed
desk-fact-defendant-name = Registered name
desk-fact-licence = Licence or filing
desk-fact-doctor-lookup = Doctor look-up
desk-fact-money = Sum and way of payment
desk-fact-diagnosis = Diagnosis, by whom, when
desk-fact-complaints = Complaints or police report
desk-fact-agreements = Agreements signed
desk-fact-conflict = Conflict check
desk-fact-similar = Similar victims
desk-fact-income = Legal-aid criteria
desk-fact-other-side = Other side
desk-fact-clinical = Clinical state
desk-fact-self-harm = Self-harm
desk-fact-violence = Personal safety
desk-fact-death = Death involved
desk-fact-records = Medical records
desk-fact-consent-form = Consent form
desk-fact-contract = Contract
desk-fact-payment = Proof of payment
desk-fact-chats = Chats
desk-fact-ads = Advertisements
desk-fact-photos = Photos
desk-fact-cctv = CCTV
desk-fact-witness = Witnesses

desk-wants = Wants
desk-want-unknown = wish not said
desk-issue-unknown = ground not said
desk-issues = Grounds
desk-legal-story = { $what } ({ $when }, { $where }): { $issue }; wants: { $want }
desk-legal-safety = Safety
desk-legal-facts = What happened
desk-legal-evidence = Evidence
desk-legal-steps = Next steps
desk-machine-draft = machine draft, for a lawyer to check
desk-clinical-open = open medical problem, followed by a clinical expert
desk-clinical-waiting = open medical problem; no clinical expert has taken it yet
desk-clinical-ended = medical problem; the clinical side has closed the case
desk-clinical-nobody = open medical problem; no clinical queue has the case
desk-clinical-none = no complaint at present, as the patient says
desk-evidence-withheld = withheld by the other side
desk-evidence-tampered = said to be altered or destroyed
desk-evidence-unsigned = said not to be signed
desk-evidence-private = paid to a private account
desk-other-side-vanished = vanished or closed
desk-other-side-threatening = threatening
desk-other-side-offering = offering a settlement

# Photos
desk-photos = Photos and files
desk-photo = Photo
desk-photos-logged = every look is recorded
desk-photo-number = Photo { $number }
desk-photo-veiled = Press to view
desk-no-photos = No photos yet. You can ask for some in a reply.
desk-media-pending = being fetched
desk-media-refused = not usable
desk-media-document = File, press to save
desk-media-video = Video, press to save
desk-media-voice = Voice message, press to save
desk-viewer-close = Close

# The conversation
desk-panels = Parts of the case
desk-tab-summary = Summary
desk-talk = Conversation
desk-talk-via = The patient uses: { $channel }
desk-channel-web = web page
desk-channel-telegram = Telegram
desk-channel-terminal = terminal
desk-channel-wechat = WeChat
desk-fresh = New
desk-nothing-said = Nothing was said yet.
desk-by-patient = Patient
desk-by-bot = Bot
desk-by-staff = Colleague
desk-by-system = System
desk-sent-files =
    { $count ->
        [one] sent { $count } file
       *[other] sent { $count } files
    }
desk-delivery-sending = sending
desk-delivery-delivered = delivered
desk-delivery-failed = not delivered
desk-delivery-failed-what = The patient may have left this channel. Try the phone, or ask a coordinator.
desk-write-as = Write to
desk-reply = Reply to patient
desk-reply-hint = Write to the patient…
desk-reply-shown-as = The patient sees “{ $role }”, not your name
desk-send = Send
desk-note = Note to colleagues
desk-note-hint = Only colleagues see this…
desk-note-private = never shown to the patient
desk-note-save = Save note

# Deeds
desk-judge = Judge
desk-judge-what = You confirm or correct what the rules say. Only a medical expert can lower the urgency; clocks and what the patient reads follow.
desk-judge-urgency = Urgency
desk-judge-category = Category
desk-judge-grade = Severity (Clavien-Dindo)
desk-judge-lasting = A disability will last or is feared to (suffix “d”)
desk-judge-reason = Reason (for colleagues)
desk-judge-go = Save judgement
desk-told-judged = Your judgement is kept; clocks and what the patient reads follow it.
desk-judged-by = Judged by { $name }
desk-grade = Clavien-Dindo { $grade }
desk-grade-none = not graded yet
desk-grade-i = I: off course, no treatment beyond pain, fever or nausea medicine
desk-grade-ii = II: other medicines, transfusion
desk-grade-iiia = IIIa: intervention without general anaesthesia
desk-grade-iiib = IIIb: intervention under general anaesthesia
desk-grade-iva = IVa: one organ fails, intensive care
desk-grade-ivb = IVb: several organs fail
desk-grade-v = V: death
desk-triage = Automatic triage
desk-triage-urgency = Urgency
desk-triage-category = Category
desk-triage-family = Procedure group
desk-triage-raised = raised without a rule
desk-news-raised = What the patient wrote made it more urgent
desk-news-rule = What the patient wrote is a new red flag
desk-transfer = Transfer
desk-transfer-to = To which queue
desk-transfer-reason = Reason (whoever takes it will see it)
desk-transfer-go = Transfer
desk-release = Give back
desk-release-what = The case returns to its queue for somebody else.
desk-release-go = Give back
desk-close = Close
desk-close-outcome = Outcome
desk-close-note = Closing note (for colleagues)
desk-close-go = Close case
desk-reopen = Reopen
desk-reopen-reason = Why reopen it?
desk-reopen-go = Queue it again
desk-outcome-advised = Advice given
desk-outcome-watch = Normal course, re-check agreed
desk-outcome-to-hospital = Sent to a hospital
desk-outcome-treatment-arranged = Treatment or revision arranged
desk-outcome-evidence-secured = Evidence secured
desk-outcome-referred-lawyer = Referred to a lawyer or legal-aid office
desk-outcome-settled = Settled or refunded
desk-outcome-unreachable = Could not be reached
desk-outcome-withdrew = No longer wanted
desk-outcome-other = Other
desk-outcome-transferred = Joined another queue
desk-told-taken = Just missed it: { $name } has taken this case. Thank you for being so quick.
desk-told-claimed = It is yours. The patient sees your first line at once.
desk-told-released = Given back to the queue.
desk-told-transferred = Transferred.
desk-told-closed = Closed.
desk-told-reopened = Queued again.
desk-told-changed = Something has just changed; this is how it stands now.
desk-told-not-holder = You do not hold this case.

# History
desk-history = History
desk-event-opened = Case opened
desk-event-updated = The patient added to it
desk-event-patient-wrote = The patient wrote
desk-event-claimed = { $who } claimed it
desk-event-released = { $who } gave it back
desk-event-transferred = { $who } transferred it to { $queue }
desk-event-replied = { $who } replied to the patient
desk-event-closed = { $who } closed it
desk-event-reopened = { $who } reopened it
desk-event-left = { $who } went on to another matter
desk-event-note = { $who } left a note
desk-event-triage-set = { $who } judged it
desk-event-undeliverable = A message did not reach the patient
desk-event-delivered = Message delivered
desk-event-paged = Emergency page sent
desk-event-called = Notified: { $names }
desk-event-nobody-called = Nobody was on call
desk-event-looked = { $who } opened it with a reason
desk-event-other = Something changed
# Why a message could not be delivered, and what helps.
desk-undeliverable-blocked = The patient has blocked the bot. Please call or use another way they left; once they write again, reply again.
desk-undeliverable-deactivated = The patient's Telegram account is no longer active. Please call or use another way they left.
desk-undeliverable-no-chat = The chat with the patient cannot be found. Please call or use another way they left.
desk-undeliverable-refused = The platform does not accept this message. Please reply again in other words, and tell the operator.
desk-undeliverable-notify = One paging address has not answered for hours. Please phone who is on call, and ask the operator to check AIDLINE_NOTIFY_URLS.
desk-event-unpaged = A page did not get through
desk-letters = Messages that could not be taken in
desk-letters-more = These messages are kept whole, and they may be urgent. Whoever wrote has been given the safety advice. Please read them, and ask the operator to see to it (aidline outbox list).
desk-letters-none = There are none.
desk-letters-wordless = No words; files: { $files }
