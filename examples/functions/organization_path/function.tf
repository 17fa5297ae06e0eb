# The accounts directly in one organizational unit: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/
output "development" {
  value = provider::ecrx::organization_path("o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111")
}

# The same and every unit below it: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*
output "development_with_descendants" {
  value = "${provider::ecrx::organization_path("o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111")}*"
}
