# A repository that only three may use, whatever anybody's identity policies allow: an organizational unit that pulls, the
# service in AWS App Runner that runs the image, and the principal who applies this.

resource "ecrx_apprunner_access_role" "vault" {
  name            = "vault-pull"
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/vault"]
}

resource "ecrx_org_shared_repository" "vault" {
  name = "team/vault"

  # Whom the grants name is exempt from the lockdown.
  grants = {
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
  }

  # The role needs no grant, since its own policy is in the same account; without its line here its pull is denied.
  lockdown = {
    exempt_principal_arns = [ecrx_apprunner_access_role.vault.arn]
    exempt_caller         = true
  }
}

output "policy_json" {
  description = "What the lockdown denies, and to whom not."
  value       = ecrx_org_shared_repository.vault.policy_json
}
