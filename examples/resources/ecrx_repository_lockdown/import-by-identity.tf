import {
  to = ecrx_repository_lockdown.app
  identity = {
    region     = "eu-west-1"
    repository = "team/app"
    sid        = "DenyOthers"
  }
}
