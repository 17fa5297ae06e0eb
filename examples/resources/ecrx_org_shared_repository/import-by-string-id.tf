import {
  to = ecrx_org_shared_repository.app
  id = "team/app@eu-west-1"
}
