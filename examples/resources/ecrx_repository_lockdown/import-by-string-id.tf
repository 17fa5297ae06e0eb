import {
  to = ecrx_repository_lockdown.app
  id = "team/app/DenyOthers@eu-west-1"
}
