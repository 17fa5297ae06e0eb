output "repository_url" {
  description = "Where to push to and pull from."
  value       = ecrx_org_shared_repository.app.repository_url
}

output "policy_json" {
  description = "The repository policy."
  value       = ecrx_org_shared_repository.app.policy_json
}

output "consumer_policy_json" {
  description = "What the other accounts attach to the roles that pull: across accounts, both sides must allow."
  value       = ecrx_org_shared_repository.app.consumer_policy_json
}

output "who_may_pull" {
  description = "What the access engine proves of the grants, in words."
  value       = ecrx_org_shared_repository.app.proof
}
