import {
  to = ecrx_apprunner_access_role.web
  id = "web-pull"
}
