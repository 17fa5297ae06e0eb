resource "ecrx_apprunner_access_role" "web" {
  name            = "web-pull"
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/web"]
}

# For the exempt_user_ids of a repository that is closed to all others
output "exempt_user_id" {
  value = ecrx_apprunner_access_role.web.user_id_pattern
}
