# By the VPC's id, in the provider's Region
terraform import ecrx_private_endpoints.web vpc-0123456789abcdef0

# In another Region
terraform import ecrx_private_endpoints.web vpc-0123456789abcdef0@us-east-1
