import {
  to = ecrx_cross_account_pull_role.release
  id = "release-pull"
}
