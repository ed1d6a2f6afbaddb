# Pages to staff outside the desk. Nothing medical, no name: a phone may lie open on a table.
page-title = 援助中心：{ $number }
page-body = { $number } 需要人接手（{ $urgency }）。请打开工作台：{ $desk }
