# Workflows on the main branch of octo-org/app push the images of team/app. GitHub's newer subjects have ids behind the names.
resource "ecrx_ci_push_role" "app" {
  name              = "app-push"
  oidc_provider_arn = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" # or issuer = "github"
  repository_arns   = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/app"]
  subjects = [
    "repo:octo-org/app:ref:refs/heads/main",
    "repo:octo-org@123456/app@456789:ref:refs/heads/main",
  ]
}
