# What is said of figures and their changes.
repositories-of-owners = { count-repositories } of { $owners } owners
change-not-compared = not compared: some days are unknown or still rising
change-compares-some =
    { $n ->
        [one] compares the { $known } of { $n } repository known in both
       *[other] compares the { $known } of { $n } repositories known in both
    }
change-unknown = not known
change-new = new
change-up = up
change-down = down
views-began = Views began: { $now }, after none
views-held = Views held at { $now }
views-rose = Views rose { $percent } to { $now }
views-fell = Views fell { $percent } to { $now }
clones-began = Clones began: { $now }, after none
clones-held = Clones held at { $now }
clones-rose = Clones rose { $percent } to { $now }
clones-fell = Clones fell { $percent } to { $now }
beside-nothing = nothing to compare with
beside-from = from { $before }
beside-from-in-some = { $now } from { $before }, in { $known } of { $of }
