# Pages to staff outside the desk. Nothing medical, no name: a phone may lie open on a table.
page-title = Aid centre: { $number }
page-body = { $number } needs someone ({ $urgency }). Please open the desk: { $desk }
