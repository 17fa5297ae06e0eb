import {
  to = ecrx_cross_account_pull_role.release
  identity = {
    name = "release-pull"
  }
}
