# Nobody touches the repository but the role that deploys, the role with which App Runner pulls, and replication from another
# account. The root user, AWS's services and the account's service-linked roles are exempt by default.
data "ecrx_lockdown_policy_document" "app" {
  account_id = "111111111111"

  exempt_principal_arns = [
    "arn:aws:iam::111111111111:role/deployer",
    "arn:aws:iam::111111111111:role/service-role/web",
  ]
  exempt_replication_from = ["222222222222"]
}

# Images stay: everybody works as before, and nobody but the root user deletes.
data "ecrx_lockdown_policy_document" "archive" {
  account_id = "111111111111"
  sid        = "NobodyDeletes"
  actions    = ["ecr:BatchDeleteImage", "ecr:DeleteRepository"]
}

# Beside grants, whoever they name is exempt too.
data "ecrx_repository_policy_document" "shared" {
  account_id = "111111111111"

  grants = {
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
  }

  lockdown = {
    exempt_principal_arns = ["arn:aws:iam::111111111111:role/deployer"]
  }
}

# for aws_ecr_repository_policy, or any other tool that writes the policy
output "lockdowns" {
  value = {
    app     = data.ecrx_lockdown_policy_document.app.json
    archive = data.ecrx_lockdown_policy_document.archive.json
    shared  = data.ecrx_repository_policy_document.shared.json
  }
}
