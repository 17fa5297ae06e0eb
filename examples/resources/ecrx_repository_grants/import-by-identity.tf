import {
  to = ecrx_repository_grants.app
  identity = {
    region     = "eu-west-1"
    repository = "team/app"
  }
}
