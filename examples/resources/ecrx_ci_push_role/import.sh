# By the role's name
terraform import ecrx_ci_push_role.app app-push
