import {
  to = ecrx_repository_grants.app
  id = "team/app@eu-west-1"
}
