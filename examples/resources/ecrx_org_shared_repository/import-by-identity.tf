import {
  to = ecrx_org_shared_repository.app
  identity = {
    region = "eu-west-1"
    name   = "team/app"
  }
}
