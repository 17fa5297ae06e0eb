resource "ecrx_repository_grants" "app" {
  # The repository that another tool or module makes, such as aws_ecr_repository.app.name
  repository = "team/app"

  grants = {
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
    Partner = {
      access   = "pull"
      accounts = ["222222222222"]
    }
  }
}
