# organization_unit_ids = ["ou-ab12-11111111"] looks a unit up by its id instead.
data "ecrx_organization_paths" "consumers" {
  names               = ["Staging", "Production"]
  include_descendants = true
}

# ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*", …], ready for the organization_paths of a grant
output "organization_paths" {
  value = values(data.ecrx_organization_paths.consumers.paths)
}
