output "repository_url" {
  description = "Where to push to and pull from."
  value       = ecrx_org_shared_repository.app.repository_url
}

output "who_may_pull" {
  description = "What the access engine proves of the grants, in words."
  value       = ecrx_org_shared_repository.app.proof
}
