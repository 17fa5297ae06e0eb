import {
  to = ecrx_ci_push_role.app
  identity = {
    name = "app-push"
  }
}
