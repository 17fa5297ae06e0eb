# Pipelines of one repository's main branch, and a role of another account.
data "ecrx_trust_policy_document" "release" {
  principal_arns = ["arn:aws:iam::222222222222:role/release"]
  external_id    = "0f2d9a4c-5b2e-4f35-9d51-7a2c1f6f3b8e"

  oidc = {
    provider_arn = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
    audiences    = ["sts.amazonaws.com"]
    subjects     = ["repo:octo-org/app:ref:refs/heads/main"]
  }
}

# Tasks of this account's Amazon ECS, and of no other's.
data "ecrx_trust_policy_document" "task" {
  services       = ["ecs-tasks.amazonaws.com"]
  source_account = "111111111111"
  source_arns    = ["arn:aws:ecs:eu-west-1:111111111111:*"]
}

# The instances of an AWS App Runner service.
data "ecrx_trust_policy_document" "instance" {
  services = ["tasks.apprunner.amazonaws.com"]
}

# for assume_role_policy of aws_iam_role, or any other tool that writes the role
output "trust_policies" {
  value = {
    release  = data.ecrx_trust_policy_document.release.json
    task     = data.ecrx_trust_policy_document.task.json
    instance = data.ecrx_trust_policy_document.instance.json
  }
}
