# By the role's name
terraform import ecrx_apprunner_access_role.web web-pull
