# Words of the terminal channel and the command line.
cli-no-such-file = I can't find this file: { $path }. Please check the path; everything else is kept.
cli-no-file-named = Please write the file's path after photo:, several with commas between.
cli-no-cases = There are no cases yet.
cli-unknown-case = there is no case { $number }
# aidline outbox: a short word for each kind of row.
cli-outbox-counts = { $pending } waiting, { $failed } given up
cli-outbox-send = message to a patient
cli-outbox-page = page
cli-outbox-notify = page to one address
cli-outbox-fetch = photo or file to fetch
cli-outbox-take = message that could not be taken in
cli-outbox-pending = { $tries ->
    [0] waiting
    [one] tried once, will try again
   *[other] tried { $tries } times, will try again
}
cli-outbox-failed = given up
cli-outbox-retried = { $count ->
    [one] 1 row is tried again now
   *[other] { $count } rows are tried again now
}
cli-outbox-not-all = the other numbers do not exist or are just being sent
cli-outbox-not-sure = nobody will ever get number { $number } once it is dropped; if you are sure, add --yes
cli-outbox-unknown = there is no number { $number }, or it is just being sent
cli-outbox-dropped = number { $number } was dropped
