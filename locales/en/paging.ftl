# Pages to staff outside the desk. Nothing medical, no name: a phone may lie open on a table.
page-title = Aid centre: { $number }
page-body = { $number } needs someone ({ $urgency }). Please open the desk: { $desk }
page-letter-title = Aid centre: a message could not be taken in
page-letter-body = A patient's message could not be taken into its conversation. It is kept whole, and it may be urgent. Coordinators, please open: { $desk }/letters
