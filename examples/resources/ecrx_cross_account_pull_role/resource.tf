# Account 222222222222 may pull from every repository of this account that is tagged environment = release
resource "ecrx_cross_account_pull_role" "release" {
  name             = "release-pull"
  trusted_accounts = ["222222222222"]
  organization_ids = ["o-a1b2c3d4e5"]
  resource_tags    = { environment = "release" }

  # Only they may put the tag on a repository, where the document below is attached
  tag_admin_principal_arns = ["arn:aws:iam::111111111111:role/platform"]
}

# The content of an SCP, or statements for permissions boundaries
output "tag_guard" {
  value = ecrx_cross_account_pull_role.release.tag_guard_policy_json
}
