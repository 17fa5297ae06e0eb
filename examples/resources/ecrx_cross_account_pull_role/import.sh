# By the role's name
terraform import ecrx_cross_account_pull_role.release release-pull
