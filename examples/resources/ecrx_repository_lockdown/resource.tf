# Nobody touches the repository but the role that deploys it, App Runner's access role, and whoever makes the lockdown. The
# account's root user, AWS's services and the service-linked roles are exempt by default. Being exempt gives no access by itself.
resource "ecrx_repository_lockdown" "app" {
  repository = "team/app"

  exempt_principal_arns = [
    "arn:aws:iam::111111111111:role/deployer",
    "arn:aws:iam::111111111111:role/service-role/web",
  ]
  exempt_caller = true
}
