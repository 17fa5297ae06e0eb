import {
  to = ecrx_apprunner_access_role.web
  identity = {
    name = "web-pull"
  }
}
