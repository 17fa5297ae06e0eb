import {
  to = ecrx_ci_push_role.app
  id = "app-push"
}
