data "ecrx_repository_access" "app" {
  repository = "team/app"
}

# ["Development gives pull access to principals of account 222222222222", …]
output "access" {
  value = data.ecrx_repository_access.app.access
}

# The data source reports. What must not be is for a check to say.
check "repository_policy" {
  assert {
    condition     = !data.ecrx_repository_access.app.public
    error_message = "Everybody may use the repository."
  }
  assert {
    condition     = length(data.ecrx_repository_access.app.orphaned_principals) == 0
    error_message = "The policy names principals that were deleted: ${join(", ", data.ecrx_repository_access.app.orphaned_principals[*].id)}."
  }
  assert {
    condition     = length(data.ecrx_repository_access.app.dead_grants) == 0
    error_message = join("\n\n", data.ecrx_repository_access.app.dead_grants[*].reason)
  }
}
