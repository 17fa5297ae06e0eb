resource "ecrx_org_shared_repository" "app" {
  name = "team/app"

  grants = {
    # Every account of the organizational unit, and of those below it, may pull.
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
    Release = {
      access         = "push_pull"
      principal_arns = ["arn:aws:iam::222222222222:role/release"]
    }
    Functions = {
      lambda = {
        accounts = ["333333333333"]
      }
    }
  }

  retention = {
    keep_last         = 50
    untagged_days     = 7
    keep_tag_prefixes = ["v"]
  }

  tags = {
    team = "web"
  }
}

# What the other accounts attach to those whom each grant names: across accounts both sides must allow.
output "consumer_policies" {
  value = ecrx_org_shared_repository.app.consumer_policies
}
